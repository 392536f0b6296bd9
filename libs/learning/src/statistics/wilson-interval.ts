import { type Estimate, Z95 } from './estimate.js';

/**
 * The share of `successes` among `trials`, with its 95 % interval by Wilson ("Probable inference, the law of succession, and statistical inference",
 * Journal of the American Statistical Association 22, 1927): it stays within 0 and 1 and is of use for small counts too.
 */
export function wilsonInterval(successes: number, trials: number): Estimate {
  if (trials === 0) return { value: 0, low: null, high: null };
  const value = successes / trials;
  const shrink = 1 + Z95 ** 2 / trials;
  const centre = (value + Z95 ** 2 / (2 * trials)) / shrink;
  const half = (Z95 / shrink) * Math.sqrt((value * (1 - value)) / trials + Z95 ** 2 / (4 * trials ** 2));
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
