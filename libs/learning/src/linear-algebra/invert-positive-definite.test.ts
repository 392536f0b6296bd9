import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { invertPositiveDefinite } from './invert-positive-definite.js';

/** Gauss–Jordan on the whole matrix, with pivoting: slow and plain. */
function naiveInverse(matrix: Float64Array, n: number): Float64Array {
  const rows = Array.from({ length: n }, (_, r) => [
    ...matrix.subarray(r * n, (r + 1) * n),
    ...Array.from({ length: n }, (_, c) => (c === r ? 1 : 0)),
  ]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c; r < n; r++) if (Math.abs(rows[r]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    const lead = rows[c]![c]!;
    rows[c] = rows[c]!.map(value => value / lead);
    for (let r = 0; r < n; r++) {
      const factor = rows[r]![c]!;
      if (r !== c && factor !== 0) rows[r] = rows[r]!.map((value, at) => value - factor * rows[c]![at]!);
    }
  }
  return Float64Array.from(rows.flatMap(row => row.slice(n)));
}

function positiveDefinite(n: number, seed: number): Float64Array<ArrayBuffer> {
  const random = new Random(seed);
  const factor = Float64Array.from({ length: n * n }, () => random.nextNormal());
  const matrix = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) {
      for (let k = 0; k < n; k++) matrix[r * n + c]! += factor[r * n + k]! * factor[c * n + k]!;
    }
    matrix[r * n + r]! += n / 2;
  }
  return matrix;
}

describe('invertPositiveDefinite', () => {
  it.each([1, 2, 3, 4, 5, 63, 64, 65, 130, 203])('agrees with a naive inverse, %i rows', n => {
    const matrix = positiveDefinite(n, n);
    const expected = naiveInverse(matrix, n);
    const inverse = Float32Array.from(matrix);
    invertPositiveDefinite(inverse, n);
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let worst = 0;
    inverse.forEach((value, p) => (worst = Math.max(worst, Math.abs(value - expected[p]!))));
    expect(worst / largest).toBeLessThan(1e-5);
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => invertPositiveDefinite(Float32Array.from([1, 2, 2, 1]), 2)).toThrow('not positive definite');
  });
});
