/**
 * Who had to do with what, and how strongly: a sparse matrix by rows (CSR). Row `u` is `userIds[u]`, column `i` is
 * `itemIds[i]`; the entries of row `u` are at `rowStarts[u]` up to `rowStarts[u + 1]`, columns rising. Ids are sorted
 * by code unit, so equal data gives equal bytes whatever order it arrived in.
 */
export interface Interactions {
  readonly userIds: readonly string[];
  readonly itemIds: readonly string[];
  readonly rowStarts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** The matrix with rows and columns exchanged. */
export function transpose(matrix: Interactions): Interactions {
  const rowCount = matrix.itemIds.length;
  const rowStarts = new Int32Array(rowCount + 1);
  for (const column of matrix.columns) rowStarts[column + 1]! += 1;
  for (let i = 0; i < rowCount; i++) rowStarts[i + 1]! += rowStarts[i]!;
  const next = rowStarts.slice(0, rowCount);
  const columns = new Int32Array(matrix.columns.length);
  const values = new Float32Array(matrix.values.length);
  for (let u = 0; u < matrix.userIds.length; u++) {
    for (let p = matrix.rowStarts[u]!; p < matrix.rowStarts[u + 1]!; p++) {
      const at = next[matrix.columns[p]!]!++;
      columns[at] = u;
      values[at] = matrix.values[p]!;
    }
  }
  return { userIds: matrix.itemIds, itemIds: matrix.userIds, rowStarts, columns, values };
}

/** The same matrix with each value replaced by `change(value)`, for example `Math.log1p`. */
export function mapValues(matrix: Interactions, change: (value: number) => number): Interactions {
  return { ...matrix, values: matrix.values.map(value => change(value)) };
}
