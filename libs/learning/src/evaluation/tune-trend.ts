import type { AffinityModel } from '../affinity/affinity-model.js';
import { topItems } from '../affinity/top-items.js';
import { trendFactors, type TrendParameters } from '../affinity/trend-factors.js';
import { applyTrend } from '../affinity/trend-model.js';
import { stableHash } from '../statistics/stable-hash.js';
import { customerScores } from './recommendation-metrics.js';
import type { TestCustomer } from './test-customers.js';

const FOLDS = 5;

/** The trends tried. */
export const trendGrid: readonly TrendParameters[] = [0.2, 0.4, 0.6, 0.8].flatMap(strength =>
  [5, 10, 20].map(smoothing => ({ strength, smoothing })),
);

/** A tuned trend, with the NDCG@5 it reached on validation. */
export interface TunedTrend {
  readonly parameters: TrendParameters;
  readonly ndcg5: number;
}

/**
 * Finds the trend that helps a model most on validation. A customer is never scored with a trend that saw their own
 * validation purchases: customers fall into five groups by a hash of their id, and each group's trend comes from the
 * other four.
 * @param earlier customers of each item before validation.
 */
export function tuneTrend(
  model: AffinityModel,
  customers: readonly TestCustomer[],
  earlier: ArrayLike<number>,
): TunedTrend {
  const fold = customers.map(customer => stableHash(customer.id) % FOLDS);
  const factors = Array.from({ length: FOLDS }, (_, left) => {
    const recent = new Float64Array(earlier.length);
    customers.forEach((customer, at) => {
      if (fold[at] !== left) for (const item of customer.bought) recent[item]! += 1;
    });
    return trendGrid.map(parameters => trendFactors(earlier, recent, parameters));
  });
  const sums = new Float64Array(trendGrid.length);
  const base = new Float32Array(model.itemIds.length);
  const scores = new Float32Array(model.itemIds.length);
  customers.forEach((customer, at) => {
    model.score(customer.history, base);
    for (const { item } of customer.history) base[item] = NaN;
    factors[fold[at]!]!.forEach((trend, choice) => {
      scores.set(base);
      applyTrend(scores, trend);
      const ranked = topItems(scores, 5).map(({ item }) => item);
      sums[choice]! += customerScores(ranked, customer.bought, customer.boughtCount).ndcg5;
    });
  });
  let best = 0;
  sums.forEach((sum, choice) => {
    if (sum > sums[best]!) best = choice;
  });
  return { parameters: trendGrid[best]!, ndcg5: sums[best]! / Math.max(1, customers.length) };
}
