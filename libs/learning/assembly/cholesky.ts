import { addScaled, dot } from './vectors';

/**
 * x = the solution of (gram + Σ e·y·yᵀ)·x = Σ (1 + e)·y, by the Cholesky factor of the matrix. `scratch` has room for
 * the matrix and one vector.
 */
export function solve(
  x: usize,
  columns: usize,
  excesses: usize,
  count: usize,
  vectors: usize,
  gram: usize,
  bytes: usize,
  scratch: usize,
): void {
  const target = scratch + (bytes >> 2) * bytes;
  memory.copy(scratch, gram, (bytes >> 2) * bytes);
  memory.fill(target, 0, bytes);
  for (let p: usize = 0; p < count; p++) {
    const y = vectors + usize(load<u32>(columns + (p << 2))) * bytes;
    const e = load<f32>(excesses + (p << 2));
    addScaled(target, 1 + e, y, bytes);
    for (let row: usize = 0; row < bytes; row += 4) {
      const from = row & ~15;
      addScaled(scratch + (row >> 2) * bytes + from, e * load<f32>(y + row), y + from, bytes - from);
    }
  }
  factorise(scratch, bytes);
  substitute(scratch, target, x, bytes);
}

/**
 * Writes U of UᵀU = matrix over its upper half. Rows are worked on from the last multiple of four before the diagonal
 * on: what stands below the diagonal means nothing afterwards.
 */
function factorise(matrix: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 4) {
    const row = matrix + (k >> 2) * bytes;
    const from = k & ~15;
    const scale = f32x4.splat(1 / sqrt(load<f32>(row + k)));
    for (let at = from; at < bytes; at += 16) v128.store(row + at, f32x4.mul(v128.load(row + at), scale));
    for (let i = k + 4; i < bytes; i += 4) {
      const start = i & ~15;
      addScaled(matrix + (i >> 2) * bytes + start, -load<f32>(row + i), row + start, bytes - start);
    }
  }
}

/** Solves UᵀU·x = target; `target` is used up. */
function substitute(upper: usize, target: usize, x: usize, bytes: usize): void {
  memory.fill(x, 0, bytes);
  for (let k: usize = 0; k < bytes; k += 4) {
    const row = upper + (k >> 2) * bytes;
    const z = load<f32>(target + k) / load<f32>(row + k);
    for (let at = k + 4; at < bytes; at += 4) store<f32>(target + at, load<f32>(target + at) - z * load<f32>(row + at));
    store<f32>(target + k, z);
  }
  for (let k = bytes - 4; k < bytes; k -= 4) {
    const row = upper + (k >> 2) * bytes;
    store<f32>(x + k, (load<f32>(target + k) - dot(row, x, bytes)) / load<f32>(row + k));
  }
}
