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
  /** Of each entry the last day it came from, counted from 1970 in UTC; only where every row had a day. */
  readonly lastDays?: Int32Array;
}

/** The matrix with rows and columns exchanged, without days. */
export function transpose(matrix: Interactions): Interactions {
  const rowStarts = new Int32Array(matrix.itemIds.length + 1);
  const columns = new Int32Array(matrix.columns.length);
  const values = new Float32Array(matrix.values.length);
  transposeInto(matrix, { rowStarts, columns, values });
  return { userIds: matrix.itemIds, itemIds: matrix.userIds, rowStarts, columns, values };
}

/** Writes the matrix with rows and columns exchanged into arrays of the right lengths that hold zeros. */
export function transposeInto(
  matrix: Pick<Interactions, 'rowStarts' | 'columns' | 'values'>,
  { rowStarts, columns, values }: Pick<Interactions, 'rowStarts' | 'columns' | 'values'>,
): void {
  for (const column of matrix.columns) rowStarts[column + 1]! += 1;
  for (let i = 1; i < rowStarts.length; i++) rowStarts[i]! += rowStarts[i - 1]!;
  const next = rowStarts.slice(0, -1);
  for (let u = 0; u + 1 < matrix.rowStarts.length; u++) {
    for (let p = matrix.rowStarts[u]!; p < matrix.rowStarts[u + 1]!; p++) {
      const at = next[matrix.columns[p]!]!++;
      columns[at] = u;
      values[at] = matrix.values[p]!;
    }
  }
}

/** The same matrix with each value replaced by `change(value)`, for example `Math.log1p`. */
export function mapValues(matrix: Interactions, change: (value: number) => number): Interactions {
  return { ...matrix, values: matrix.values.map(value => change(value)) };
}
