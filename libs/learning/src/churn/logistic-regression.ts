import { choleskyFactor, choleskySolve } from '../linear-algebra/cholesky.js';

const MOST_STEPS = 50;
const SMALL = 1e-8;

/** Logistic regression: P(yes) = 1 ÷ (1 + exp(−(intercept + Σ weight × feature))). */
export class LogisticRegression {
  /** The intercept, then a weight for each feature. */
  readonly weights: Float64Array;

  constructor(weights: Float64Array) {
    this.weights = weights;
  }

  /**
   * Fits by Newton's method (iteratively reweighted least squares), with half the ridge × the sum of the squared weights as penalty; the
   * intercept goes free.
   * @param rows features, a row of `width` after the other; `yes` holds 1 or 0 for each row.
   */
  static fit(rows: Float64Array, yes: ArrayLike<number>, width: number, ridge: number): LogisticRegression {
    const size = width + 1;
    const model = new LogisticRegression(new Float64Array(size));
    for (let step = 0; step < MOST_STEPS; step++) {
      const hessian = new Float64Array(size * size);
      const gradient = new Float64Array(size);
      for (let at = 0; at < yes.length; at++) {
        const row = rows.subarray(at * width, (at + 1) * width);
        const chance = model.probability(row);
        const [error, spread] = [yes[at]! - chance, chance * (1 - chance)];
        for (let a = 0; a < size; a++) {
          const own = a === 0 ? 1 : row[a - 1]!;
          gradient[a]! += error * own;
          for (let b = 0; b <= a; b++) hessian[a * size + b]! += spread * own * (b === 0 ? 1 : row[b - 1]!);
        }
      }
      for (let a = 0; a < size; a++) {
        if (a > 0) gradient[a]! -= ridge * model.weights[a]!;
        hessian[a * size + a]! += a > 0 ? ridge : SMALL;
      }
      choleskyFactor(hessian, size);
      choleskySolve(hessian, size, gradient);
      gradient.forEach((change, a) => (model.weights[a]! += change));
      if (gradient.every(change => Math.abs(change) < SMALL)) break;
    }
    return model;
  }

  /** The log odds of yes. */
  logit(row: ArrayLike<number>): number {
    let sum = this.weights[0]!;
    for (let at = 0; at < row.length; at++) sum += this.weights[at + 1]! * row[at]!;
    return sum;
  }

  probability(row: ArrayLike<number>): number {
    return 1 / (1 + Math.exp(-this.logit(row)));
  }
}
