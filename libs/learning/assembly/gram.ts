import { addScaled } from './vectors';

/** Rows that stay in the first-level cache while all parts of the matrix take them in. */
const ROWS_AT_ONCE: i32 = 32;

/** into = Σ y·yᵀ over vectors of `bytes` from `from` up to `to`; only the parts on and below the diagonal. */
export function gramOfRows(vectors: usize, from: i32, to: i32, bytes: usize, into: usize): void {
  const rows = bytes >> 2;
  memory.fill(into, 0, rows * bytes);
  for (let first = from; first < to; first += ROWS_AT_ONCE) {
    const start = vectors + usize(first) * bytes;
    const end = vectors + usize(min(to, first + ROWS_AT_ONCE)) * bytes;
    for (let row: usize = 0; row < rows; row += 4) {
      for (let column: usize = 0; column <= row << 2; column += 32)
        addTile(start, end, row << 2, column, bytes, into + row * bytes + column);
    }
  }
}

/** Adds four rows by eight columns of the sum of y·yᵀ. */
function addTile(start: usize, end: usize, row: usize, column: usize, bytes: usize, into: usize): void {
  const second = into + bytes;
  const third = second + bytes;
  const fourth = third + bytes;
  let a0 = v128.load(into, 0);
  let a1 = v128.load(into, 16);
  let b0 = v128.load(second, 0);
  let b1 = v128.load(second, 16);
  let c0 = v128.load(third, 0);
  let c1 = v128.load(third, 16);
  let d0 = v128.load(fourth, 0);
  let d1 = v128.load(fourth, 16);
  for (let y = start; y < end; y += bytes) {
    const left = v128.load(y + column, 0);
    const right = v128.load(y + column, 16);
    const a = v128.load32_splat(y + row, 0);
    const b = v128.load32_splat(y + row, 4);
    const c = v128.load32_splat(y + row, 8);
    const d = v128.load32_splat(y + row, 12);
    a0 = f32x4.add(a0, f32x4.mul(a, left));
    a1 = f32x4.add(a1, f32x4.mul(a, right));
    b0 = f32x4.add(b0, f32x4.mul(b, left));
    b1 = f32x4.add(b1, f32x4.mul(b, right));
    c0 = f32x4.add(c0, f32x4.mul(c, left));
    c1 = f32x4.add(c1, f32x4.mul(c, right));
    d0 = f32x4.add(d0, f32x4.mul(d, left));
    d1 = f32x4.add(d1, f32x4.mul(d, right));
  }
  v128.store(into, a0, 0);
  v128.store(into, a1, 16);
  v128.store(second, b0, 0);
  v128.store(second, b1, 16);
  v128.store(third, c0, 0);
  v128.store(third, c1, 16);
  v128.store(fourth, d0, 0);
  v128.store(fourth, d1, 16);
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
