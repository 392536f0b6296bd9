import { type Estimate, Z95 } from './estimate.js';

/** Sums over units that are independent of each other (customers, say), each with an x and a y. */
export interface PairSums {
  readonly units: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
}

/**
 * Σy ÷ Σx with its 95 % interval by the delta method: what one unit has several of (a customer's impressions) need not be independent. See Deng, Knoblich and
 * Lu, "Applying the delta method in metric analytics" (KDD 2018). For y ≥ 0: the interval is cut at 0.
 */
export function ratioInterval({ units, x, y, xx, yy, xy }: PairSums): Estimate {
  const value = x === 0 ? 0 : y / x;
  if (units < 2 || x === 0) return { value, low: null, high: null };
  const residual = Math.max(0, yy - 2 * value * xy + value ** 2 * xx);
  const half = (Z95 * Math.sqrt((units / (units - 1)) * residual)) / x;
  return { value, low: Math.max(0, value - half), high: value + half };
}
