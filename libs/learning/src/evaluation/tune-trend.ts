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
  [5, 20].map(smoothing => ({ strength, smoothing })),
);

/** A tuned trend, with the NDCG@5 on validation without and with it. */
export interface TunedTrend {
  readonly parameters: TrendParameters;
  readonly plainNdcg5: number;
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
  let plain = 0;
  const ndcg5Of = (scores: Float32Array, customer: TestCustomer): number => {
    const ranked = topItems(scores, 5).map(({ item }) => item);
    return customerScores(ranked, customer.bought, customer.boughtCount).ndcg5;
  };
  const base = new Float32Array(model.itemIds.length);
  const scores = new Float32Array(model.itemIds.length);
  customers.forEach((customer, at) => {
    model.score(customer.history, base);
    for (const { item } of customer.history) base[item] = NaN;
    plain += ndcg5Of(base, customer);
    factors[fold[at]!]!.forEach((trend, choice) => {
      scores.set(base);
      applyTrend(scores, trend);
      sums[choice]! += ndcg5Of(scores, customer);
    });
  });
  let best = 0;
  sums.forEach((sum, choice) => {
    if (sum > sums[best]!) best = choice;
  });
  const count = Math.max(1, customers.length);
  return { parameters: trendGrid[best]!, plainNdcg5: plain / count, ndcg5: sums[best]! / count };
}
