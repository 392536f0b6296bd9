import { multiplyBands } from './tridiagonal';
import { addScaled, dot, multiply, scaleAndAdd } from './vectors';
import { addWeightedRows, weightedSquares } from './weighted-rows';

/** Below this the residual is nothing but rounding. */
const NO_RESIDUAL: f32 = 1e-20;

/**
 * Moves x towards the solution of (gram + Σ e·y·yᵀ)·x = Σ (1 + e)·y by `steps` conjugate gradients, from where it is.
 * The last step needs no new residual: of A·direction only its product with the direction. `scratch` has room for three vectors.
 */
export function descend(
  x: usize,
  columns: usize,
  excesses: usize,
  count: usize,
  vectors: usize,
  gram: usize,
  tridiagonal: bool,
  steps: i32,
  bytes: usize,
  scratch: usize,
): void {
  const residual = scratch;
  const direction = residual + bytes;
  const product = direction + bytes;
  multiplyGram(gram, tridiagonal, x, residual, bytes);
  negate(residual, bytes);
  addWeightedRows(residual, x, 1, -1, columns, excesses, count, vectors, bytes);
  memory.copy(direction, residual, bytes);
  let squares = dot(residual, residual, bytes);
  for (let step = 1; squares > NO_RESIDUAL; step++) {
    multiplyGram(gram, tridiagonal, direction, product, bytes);
    if (step >= steps) {
      const curvature =
        dot(direction, product, bytes) + weightedSquares(direction, columns, excesses, count, vectors, bytes);
      addScaled(x, squares / curvature, direction, bytes);
      return;
    }
    addWeightedRows(product, direction, 0, 1, columns, excesses, count, vectors, bytes);
    const length = squares / dot(direction, product, bytes);
    addScaled(x, length, direction, bytes);
    addScaled(residual, -length, product, bytes);
    const left = dot(residual, residual, bytes);
    scaleAndAdd(direction, left / squares, residual, bytes);
    squares = left;
  }
}

function multiplyGram(gram: usize, tridiagonal: bool, x: usize, into: usize, bytes: usize): void {
  if (tridiagonal) multiplyBands(gram, x, into, bytes);
  else multiply(gram, x, into, bytes);
}

function negate(x: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(x + at, f32x4.neg(v128.load(x + at)));
}
