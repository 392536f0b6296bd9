import type { Estimate } from './estimate.js';

/** One arm of a test: how many customers, and the sums of their outcomes and of the squares of these. */
export interface Arm {
  readonly customers: number;
  readonly sum: number;
  readonly squares: number;
}

/** What can be said at any moment of a test. */
export type Verdict = 'keep running' | 'treatment is better' | 'control is better' | 'no difference worth it';

export interface SequentialComparison {
  /** Mean of the treatment less mean of the control. */
  readonly difference: Estimate;
  readonly verdict: Verdict;
}

/** Below it the normal approximation that the interval rests on is not to be trusted. */
export const LEAST_CUSTOMERS = 200;

/**
 * Compares two arms by an interval that may be looked at after every customer, and acted upon at any look: with probability 1 − `alpha` it holds the true
 * difference at all looks together. It is what the mixture sequential probability ratio test does not reject, with a normal mixture of variance τ² and
 * the variance of the difference V as estimated: Johari, Koomen, Pekelis and Walsh, "Always valid inference: continuous monitoring of A/B
 * tests", Operations Research 70 (2022); after Robbins, "Statistical methods related to the law of the iterated logarithm" (1970). τ is `worth`, the smallest
 * difference that would matter, to be fixed before the test: there the interval is narrowest for the customers it takes to see such a difference.
 *
 * Each customer counts once, with an outcome that will not change any more.
 */
export function compareSequentially(control: Arm, treatment: Arm, worth: number, alpha = 0.05): SequentialComparison {
  const value = meanOf(treatment) - meanOf(control);
  const variance = varianceOfMean(control) + varianceOfMean(treatment);
  const enough = Math.min(control.customers, treatment.customers) >= LEAST_CUSTOMERS;
  if (!enough || variance === 0) return { difference: { value, low: null, high: null }, verdict: 'keep running' };
  const mixed = variance + worth ** 2;
  const half = Math.sqrt(((variance * mixed) / worth ** 2) * Math.log(mixed / (variance * alpha ** 2)));
  const [low, high] = [value - half, value + half];
  return { difference: { value, low, high }, verdict: verdictOf(low, high, worth) };
}

/** The mean outcome of a customer; 0 without customers. */
export function meanOf({ customers, sum }: Arm): number {
  return customers === 0 ? 0 : sum / customers;
}

function varianceOfMean({ customers, sum, squares }: Arm): number {
  if (customers < 2) return 0;
  return Math.max(0, squares - sum ** 2 / customers) / (customers - 1) / customers;
}

function verdictOf(low: number, high: number, worth: number): Verdict {
  if (low > -worth && high < worth) return 'no difference worth it';
  if (low > 0) return 'treatment is better';
  return high < 0 ? 'control is better' : 'keep running';
}
