/**
 * Adjusted Rand index (Hubert and Arabie, 1985) of two clusterings of the same points: 1 for the same partition
 * whatever the labels, about 0 for unrelated ones.
 * @throws RangeError when the two differ in length.
 */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`Clusterings of ${a.length} and of ${b.length} points.`);
  const cells = new Map<string, number>();
  const rows = new Map<number, number>();
  const columns = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    count(cells, `${a[i]},${b[i]}`);
    count(rows, a[i]!);
    count(columns, b[i]!);
  }
  const together = pairs(cells.values());
  const inRows = pairs(rows.values());
  const inColumns = pairs(columns.values());
  const all = pairs([a.length]);
  const expected = all === 0 ? 0 : (inRows * inColumns) / all;
  const most = (inRows + inColumns) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function pairs(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += (size * (size - 1)) / 2;
  return sum;
}
