import type { ItemWeights } from './item-weights-model.js';

/**
 * Builds sparse item–item weights row by row, keeping the `keep` entries of largest size in each row (ties: the lower
 * column), columns rising.
 */
export function strongestWeights(
  itemCount: number,
  keep: number,
  fillRow: (item: number, row: Float64Array) => void,
): ItemWeights {
  const row = new Float64Array(itemCount);
  const sizes = new Float64Array(itemCount);
  const rowStarts = new Int32Array(itemCount + 1);
  const columns: Int32Array[] = [];
  const values: Float32Array[] = [];
  let filled = 0;
  for (let item = 0; item < itemCount; item++) {
    row.fill(0);
    fillRow(item, row);
    const kept = strongest(row, sizes, keep);
    columns.push(kept);
    values.push(Float32Array.from(kept, column => row[column]!));
    filled += kept.length;
    rowStarts[item + 1] = filled;
  }
  return {
    rowStarts,
    columns: joined(columns, new Int32Array(filled)),
    values: joined(values, new Float32Array(filled)),
  };
}

function strongest(row: Float64Array, sizes: Float64Array, keep: number): Int32Array {
  let count = 0;
  for (let column = 0; column < row.length; column++) {
    const value = row[column]!;
    if (value !== 0) sizes[count++] = value < 0 ? -value : value;
  }
  let threshold = 0;
  let spare = Infinity;
  if (count > keep) {
    threshold = nthSmallest(sizes, count, count - keep);
    spare = keep;
    for (let p = 0; p < count; p++) if (sizes[p]! > threshold) spare -= 1;
  }
  const kept = new Int32Array(Math.min(count, keep));
  let at = 0;
  for (let column = 0; column < row.length && at < kept.length; column++) {
    const size = Math.abs(row[column]!);
    if (size === 0 || size < threshold) continue;
    if (size === threshold && spare-- <= 0) continue;
    kept[at++] = column;
  }
  return kept;
}

/** Hoare's quickselect; reorders the first `count` values. */
function nthSmallest(values: Float64Array, count: number, nth: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left += 1;
      while (values[right]! > pivot) right -= 1;
      if (left > right) break;
      const kept = values[left]!;
      values[left] = values[right]!;
      values[right] = kept;
      left += 1;
      right -= 1;
    }
    if (nth <= right) high = right;
    else if (nth >= left) low = left;
    else break;
  }
  return values[nth]!;
}

function joined<T extends Int32Array | Float32Array>(parts: readonly T[], into: T): T {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}
