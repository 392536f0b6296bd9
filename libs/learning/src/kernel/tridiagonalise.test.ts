import { expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { kernel, memoryOf } from './kernel.js';

it.each([
  [16, 16],
  [48, 37],
  [64, 64],
])('rotates a Gram matrix of %i rows, %i of them not empty, to its bands, and back', (rows, filled) => {
  const random = new Random(rows);
  const vectors = Array.from({ length: filled + 5 }, () =>
    Float64Array.from({ length: rows }, (_, f) => (f < filled ? random.nextNormal() : 0)),
  );
  const gram = Float64Array.from({ length: rows ** 2 }, (_, at) => {
    const [r, c] = [Math.floor(at / rows), at % rows];
    return vectors.reduce((sum, y) => sum + y[r]! * y[c]!, r === c ? 0.5 : 0);
  });
  const memory = memoryOf(4 * (2 * rows ** 2 + 5 * rows));
  const [matrix, rotation, bands, scratch] = [0, 4 * rows ** 2, 8 * rows ** 2, 8 * rows ** 2 + 12 * rows];
  new Float32Array(memory.buffer, matrix, rows ** 2).set(gram);
  kernel(memory).tridiagonalise(matrix, 4 * rows, rotation, bands, scratch);

  const q = new Float32Array(memory.buffer, rotation, rows ** 2);
  const band = new Float32Array(memory.buffer, bands, 3 * rows);
  const tridiagonal = Float64Array.from({ length: rows ** 2 }, (_, at) => {
    const [r, c] = [Math.floor(at / rows), at % rows];
    return Math.abs(r - c) > 1 ? 0 : band[(c - r + 1) * rows + r]!;
  });
  const transposed = q.map((_, at) => q[(at % rows) * rows + Math.floor(at / rows)]!);
  const identity = Float64Array.from({ length: rows ** 2 }, (_, at) => (at % (rows + 1) === 0 ? 1 : 0));
  expect(difference(product(q, transposed, rows), identity)).toBeLessThan(1e-5);
  expect(difference(product(product(q, tridiagonal, rows), transposed, rows), gram)).toBeLessThan(1e-5 * rows);
  expect(q.subarray(filled * rows)).toEqual(Float32Array.from(identity.subarray(filled * rows)));
});

function product(a: Float32Array | Float64Array, b: Float32Array | Float64Array, rows: number): Float64Array {
  const into = new Float64Array(rows ** 2);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < rows; k++) {
      for (let c = 0; c < rows; c++) into[r * rows + c]! += a[r * rows + k]! * b[k * rows + c]!;
    }
  }
  return into;
}

function difference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}
