import { squaredDistance } from './squared-distance.js';

/**
 * The assignment of least total cost in a square matrix (rows one after the other): the column of each row. Hungarian
 * method with potentials (Kuhn, 1955; Jonker and Volgenant, 1987), O(n³).
 */
export function hungarian(costs: Float64Array, n: number): number[] {
  const rowPotential = new Float64Array(n + 1);
  const columnPotential = new Float64Array(n + 1);
  const rowOfColumn = new Int32Array(n + 1);
  const previous = new Int32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    rowOfColumn[0] = row;
    const least = new Float64Array(n + 1).fill(Infinity);
    const done = new Uint8Array(n + 1);
    let column = 0;
    while (rowOfColumn[column] !== 0) {
      done[column] = 1;
      const from = rowOfColumn[column]!;
      let delta = Infinity;
      let next = 0;
      for (let c = 1; c <= n; c++) {
        if (done[c]) continue;
        const reduced = costs[(from - 1) * n + c - 1]! - rowPotential[from]! - columnPotential[c]!;
        if (reduced < least[c]!) {
          least[c] = reduced;
          previous[c] = column;
        }
        if (least[c]! < delta) {
          delta = least[c]!;
          next = c;
        }
      }
      for (let c = 0; c <= n; c++) {
        if (done[c]) {
          rowPotential[rowOfColumn[c]!]! += delta;
          columnPotential[c]! -= delta;
        } else least[c]! -= delta;
      }
      column = next;
    }
    while (column !== 0) {
      rowOfColumn[column] = rowOfColumn[previous[column]!]!;
      column = previous[column]!;
    }
  }
  const columnOfRow = new Array<number>(n).fill(0);
  for (let c = 1; c <= n; c++) columnOfRow[rowOfColumn[c]! - 1] = c - 1;
  return columnOfRow;
}

/** Which new centroid each old one became: the pairing with the least total squared distance. */
export function matchCentroids(before: Float64Array, after: Float64Array, dimensions: number): number[] {
  const k = before.length / dimensions;
  if (after.length !== before.length) {
    throw new RangeError(`Can't match ${k} centroids with ${after.length / dimensions}.`);
  }
  const costs = Float64Array.from({ length: k * k }, (_, p) =>
    squaredDistance(before, Math.floor(p / k), after, p % k, dimensions),
  );
  return hungarian(costs, k);
}
