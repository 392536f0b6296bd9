import { solve } from './cholesky';
import { descend } from './gradients';

/**
 * Solves rows `from` up to `to` of a sparse matrix. Row r has the columns and excesses of confidence at rowStarts[r] up
 * to rowStarts[r + 1]; `vectors` are the factors of the columns, `solved` those of the rows. A row without columns gets
 * zeros. With steps = 0 a row is solved exactly, otherwise by so many conjugate gradients. `gram` is the Gram matrix of the vectors, or
 * the bands of one that is `tridiagonal`; only conjugate gradients take those.
 */
export function solveRows(
  from: i32,
  to: i32,
  rowStarts: usize,
  columns: usize,
  excesses: usize,
  vectors: usize,
  solved: usize,
  gram: usize,
  tridiagonal: bool,
  steps: i32,
  bytes: usize,
  scratch: usize,
): void {
  for (let row = from; row < to; row++) {
    const first = usize(load<u32>(rowStarts + (usize(row) << 2), 0));
    const count = usize(load<u32>(rowStarts + (usize(row) << 2), 4)) - first;
    const x = solved + usize(row) * bytes;
    const own = columns + (first << 2);
    const e = excesses + (first << 2);
    if (count == 0) memory.fill(x, 0, bytes);
    else if (steps == 0) solve(x, own, e, count, vectors, gram, bytes, scratch);
    else descend(x, own, e, count, vectors, gram, tridiagonal, steps, bytes, scratch);
  }
}
