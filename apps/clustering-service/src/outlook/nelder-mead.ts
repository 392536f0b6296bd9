interface Vertex {
  point: number[];
  value: number;
}

const MOST_STEPS = 2000;

/**
 * The point where `f` is least, by the simplex method of Nelder and Mead (1965), from `start` with edges of `edge`; ends when the values at
 * the corners differ by less than `tolerance`. No coordinate goes further than `reach` from where it starts: of logarithms of parameters, those
 * far out make a likelihood a difference of huge numbers, which is least where rounding happens to say so.
 */
export async function nelderMead(
  f: (point: readonly number[]) => Promise<number>,
  start: readonly number[],
  { edge = 0.5, tolerance = 1e-8, reach = 9 } = {},
): Promise<Vertex> {
  const within = (point: readonly number[]) => point.every((x, d) => Math.abs(x - (start[d] ?? 0)) <= reach);
  const at = async (point: number[]): Promise<Vertex> => ({ point, value: within(point) ? await f(point) : Infinity });
  const simplex = [await at([...start])];
  for (const d of start.keys()) simplex.push(await at(start.map((x, i) => (i === d ? x + edge : x))));
  const ordered = () => simplex.sort((a, b) => a.value - b.value);
  for (let step = 0; step < MOST_STEPS; step++) {
    const best = first(ordered());
    const worst = last(simplex);
    if (worst.value - best.value < tolerance) break;
    const others = simplex.slice(0, -1);
    const centre = start.map((_, d) => others.reduce((sum, { point }) => sum + (point[d] ?? 0), 0) / others.length);
    const along = (factor: number) => at(centre.map((c, d) => c + factor * ((worst.point[d] ?? 0) - c)));
    const put = (vertex: Vertex) => simplex.splice(-1, 1, vertex);
    const reflected = await along(-1);
    if (reflected.value < best.value) {
      const expanded = await along(-2);
      put(expanded.value < reflected.value ? expanded : reflected);
    } else if (reflected.value < last(others).value) put(reflected);
    else {
      const contracted = await along(reflected.value < worst.value ? -0.5 : 0.5);
      if (contracted.value < Math.min(reflected.value, worst.value)) put(contracted);
      else {
        for (const [i, { point }] of [...simplex.entries()].slice(1))
          simplex[i] = await at(point.map((x, d) => ((best.point[d] ?? 0) + x) / 2));
      }
    }
  }
  return first(ordered());
}

function first(simplex: readonly Vertex[]): Vertex {
  return simplex[0] ?? { point: [], value: Infinity };
}

function last(simplex: readonly Vertex[]): Vertex {
  return simplex.at(-1) ?? { point: [], value: Infinity };
}
