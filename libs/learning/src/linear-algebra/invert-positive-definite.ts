import { kernel, memoryOf } from '../kernel/kernel.js';
import { choleskyInverse } from './cholesky.js';

const BLOCK = 64;
const PANELS = 3;

/**
 * Inverse of a symmetric positive definite matrix by blocked sweeps (Goodnight, "A tutorial on the SWEEP operator",
 * 1979), each diagonal block inverted by Cholesky; n³ floating point operations of 32 bits. Only the lower triangle of
 * `matrix` (n × n, row by row) is read; the whole inverse is written over it. Meanwhile it takes 4·n·(n + 192) bytes more,
 * with n rounded up to a multiple of 64.
 * @throws RangeError when the matrix is not positive definite.
 */
export function invertPositiveDefinite(matrix: Float32Array, n: number, onProgress?: (fraction: number) => void): void {
  const rows = Math.ceil(n / BLOCK) * BLOCK;
  const pivotAt = rows * rows;
  const scratchAt = pivotAt + BLOCK * BLOCK;
  const memory = memoryOf(4 * (scratchAt + PANELS * BLOCK * rows));
  const { sweep } = kernel(memory);
  const cells = new Float32Array(memory.buffer);
  for (let r = 0; r < n; r++) cells.set(matrix.subarray(r * n, r * n + r + 1), r * rows);
  for (let r = n; r < rows; r++) cells[r * rows + r] = 1;
  const pivot = new Float64Array(BLOCK * BLOCK);
  for (let first = 0; first < rows; first += BLOCK) {
    for (let r = 0; r < BLOCK; r++) {
      const from = (first + r) * rows + first;
      pivot.set(cells.subarray(from, from + r + 1), r * BLOCK);
    }
    choleskyInverse(pivot, BLOCK);
    for (let p = 0; p < pivot.length; p++) cells[pivotAt + p] = -pivot[p]!;
    sweep(0, 4 * rows, first, 4 * pivotAt, 4 * scratchAt);
    onProgress?.((first + BLOCK) / rows);
  }
  for (let r = 0; r < n; r++) {
    for (let c = 0; c <= r; c++) {
      const value = -cells[r * rows + c]!;
      matrix[r * n + c] = value;
      matrix[c * n + r] = value;
    }
  }
}
