/**
 * Cholesky factor L of a symmetric positive definite n × n matrix, written over its lower triangle.
 * @throws RangeError when the matrix is not positive definite.
 */
export function choleskyFactor(matrix: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    let diagonal = matrix[j * n + j]!;
    for (let k = 0; k < j; k++) diagonal -= matrix[j * n + k]! ** 2;
    if (!(diagonal > 0)) {
      throw new RangeError(`Matrix of ${n} rows is not positive definite (pivot ${diagonal} in row ${j}).`);
    }
    const root = Math.sqrt(diagonal);
    matrix[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      matrix[i * n + j] = sum / root;
    }
  }
}

/** Solves L Lᵀ x = b in place, with L from {@link choleskyFactor}. */
export function choleskySolve(factor: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * b[k]!;
    b[i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * b[k]!;
    b[i] = sum / factor[i * n + i]!;
  }
}

/** Whole inverse of a small symmetric positive definite matrix given by its lower triangle, in place. */
export function choleskyInverse(matrix: Float64Array, n: number): void {
  choleskyFactor(matrix, n);
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    column.fill(0);
    column[c] = 1;
    choleskySolve(matrix, n, column);
    for (let r = 0; r < n; r++) inverse[r * n + c] = column[r]!;
  }
  for (let r = 0; r < n; r++) {
    for (let c = 0; c <= r; c++) {
      const value = (inverse[r * n + c]! + inverse[c * n + r]!) / 2;
      matrix[r * n + c] = value;
      matrix[c * n + r] = value;
    }
  }
}
