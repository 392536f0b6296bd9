import type { Interactions } from '../interactions/interactions.js';

/** YᵀY + λI of factors stored in rows of `stride`. */
export function gramOf(factors: Float32Array, stride: number, regularisation: number): Float64Array<ArrayBuffer> {
  const gram = new Float64Array(stride * stride);
  for (let row = 0; row < factors.length; row += stride) {
    for (let r = 0; r < stride; r++) {
      const left = factors[row + r]!;
      for (let c = 0; c <= r; c++) gram[r * stride + c]! += left * factors[row + c]!;
    }
  }
  for (let r = 0; r < stride; r++) {
    gram[r * stride + r]! += regularisation;
    for (let c = 0; c < r; c++) gram[c * stride + r] = gram[r * stride + c]!;
  }
  return gram;
}

/** One half of an ALS iteration. */
export interface HalfStep {
  /** Rows to solve for; values are weights, confidence is 1 + alpha × value. */
  readonly rows: Interactions;
  /** Factors of the columns, in rows of `stride`. */
  readonly fixed: Float32Array;
  /** Factors of the rows, improved in place. */
  readonly solved: Float32Array;
  readonly stride: number;
  readonly alpha: number;
  readonly regularisation: number;
  /** Conjugate gradient steps for each row. */
  readonly steps: number;
}

/**
 * Moves every row's factors towards the least squares solution by conjugate gradients, from where they are (Takács,
 * Pilászy and Tikk, "Applications of the conjugate gradient method for implicit feedback", 2011).
 */
export function alsHalfStep({ rows, fixed, solved, stride, alpha, regularisation, steps }: HalfStep): void {
  const gram = gramOf(fixed, stride, regularisation);
  const factors = Float64Array.from(fixed);
  const x = new Float64Array(stride);
  const residual = new Float64Array(stride);
  const direction = new Float64Array(stride);
  const product = new Float64Array(stride);
  for (let row = 0; row < rows.userIds.length; row++) {
    const from = rows.rowStarts[row]!;
    const to = rows.rowStarts[row + 1]!;
    if (from === to) {
      solved.fill(0, row * stride, (row + 1) * stride);
      continue;
    }
    for (let f = 0; f < stride; f++) x[f] = solved[row * stride + f]!;
    apply(gram, x, residual, stride);
    for (let f = 0; f < stride; f++) residual[f] = -residual[f]!;
    for (let p = from; p < to; p++) {
      const base = rows.columns[p]! * stride;
      const extra = alpha * rows.values[p]!;
      const factor = 1 + extra - extra * dot(factors, base, x, stride);
      addScaled(residual, factor, factors, base, stride);
    }
    direction.set(residual);
    let squares = dot64(residual, residual, stride);
    for (let step = 0; step < steps && squares > 1e-20; step++) {
      apply(gram, direction, product, stride);
      for (let p = from; p < to; p++) {
        const base = rows.columns[p]! * stride;
        const factor = alpha * rows.values[p]! * dot(factors, base, direction, stride);
        addScaled(product, factor, factors, base, stride);
      }
      const length = squares / dot64(direction, product, stride);
      for (let f = 0; f < stride; f++) {
        x[f]! += length * direction[f]!;
        residual[f]! -= length * product[f]!;
      }
      const next = dot64(residual, residual, stride);
      const keep = next / squares;
      squares = next;
      for (let f = 0; f < stride; f++) direction[f] = residual[f]! + keep * direction[f]!;
    }
    for (let f = 0; f < stride; f++) solved[row * stride + f] = x[f]!;
  }
}

function apply(matrix: Float64Array, x: Float64Array, into: Float64Array, n: number): void {
  for (let r = 0, p = 0; r < n; r++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let k = 0; k < n; k += 4, p += 4) {
      a += matrix[p]! * x[k]!;
      b += matrix[p + 1]! * x[k + 1]!;
      c += matrix[p + 2]! * x[k + 2]!;
      d += matrix[p + 3]! * x[k + 3]!;
    }
    into[r] = a + b + (c + d);
  }
}

function dot(factors: Float64Array, base: number, x: Float64Array, n: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0, p = base; k < n; k += 4, p += 4) {
    a += factors[p]! * x[k]!;
    b += factors[p + 1]! * x[k + 1]!;
    c += factors[p + 2]! * x[k + 2]!;
    d += factors[p + 3]! * x[k + 3]!;
  }
  return a + b + (c + d);
}

function addScaled(into: Float64Array, factor: number, factors: Float64Array, base: number, n: number): void {
  for (let k = 0, p = base; k < n; k += 4, p += 4) {
    into[k]! += factor * factors[p]!;
    into[k + 1]! += factor * factors[p + 1]!;
    into[k + 2]! += factor * factors[p + 2]!;
    into[k + 3]! += factor * factors[p + 3]!;
  }
}

function dot64(x: Float64Array, y: Float64Array, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += x[k]! * y[k]!;
  return sum;
}
