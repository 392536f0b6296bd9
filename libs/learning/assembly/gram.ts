import { addTile } from './tiles';
import { addScaled } from './vectors';

/** Rows that stay in the first-level cache while all parts of the matrix take them in. */
const ROWS_AT_ONCE: i32 = 32;

/** into = Σ y·yᵀ over vectors of `bytes` from `from` up to `to`; only the parts on and below the diagonal. */
export function gramOfRows(vectors: usize, from: i32, to: i32, bytes: usize, into: usize): void {
  const rows = bytes >> 2;
  memory.fill(into, 0, rows * bytes);
  for (let first = from; first < to; first += ROWS_AT_ONCE) {
    const start = vectors + usize(first) * bytes;
    const count = min(to - first, ROWS_AT_ONCE);
    for (let row: usize = 0; row < rows; row += 4) {
      for (let column: usize = 0; column <= row << 2; column += 32)
        addTile(start + (row << 2), bytes, start + column, bytes, count, into + row * bytes + column, bytes);
    }
  }
}

/** into = Σ of `count` matrices that follow each other, in their order, + regularisation on the diagonal; both halves. */
export function sumGrams(matrices: usize, count: i32, bytes: usize, regularisation: f32, into: usize): void {
  const size = (bytes >> 2) * bytes;
  memory.fill(into, 0, size);
  for (let part = 0; part < count; part++) addScaled(into, 1, matrices + usize(part) * size, size);
  for (let row: usize = 0; row < bytes; row += 4) {
    const own = into + (row >> 2) * bytes;
    store<f32>(own + row, load<f32>(own + row) + regularisation);
    for (let column: usize = 0; column < row; column += 4)
      store<f32>(into + (column >> 2) * bytes + row, load<f32>(own + column));
  }
}
