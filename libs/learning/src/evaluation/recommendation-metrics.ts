import type { CustomerScores } from './customer-scores.js';
import type { CustomerBand, PopularityBand, TierBand } from './bands.js';
import { bootstrapMean, type MeanInterval } from '../statistics/bootstrap-interval.js';

/** Means over the customers of a test, each with the ends of its 95 % bootstrap interval. */
export interface RecommendationMetrics {
  /** Share of customers with one hit or more in the first five. */
  readonly HR5: number;
  readonly NDCG5: number;
  readonly MAP5: number;
  readonly recall5: number;
  readonly recall20: number;
  /** Customers tested. */
  readonly users: number;
  /**
   * Where bought items stood among all the customer had not bought before: 0 first, 1 last; 0.5 is chance. Of about 500
   * customers, evenly taken from the list.
   */
  readonly meanPercentileRank: number;
  /** Share of the catalogue that appears in anyone's first five. */
  readonly coverage: number;
  /** Mean of −log2(share of customers who have the item) over the first fives: higher is less obvious. */
  readonly novelty: number;
  /** By how many different items the customers had before. */
  readonly byCustomers: readonly CustomerBand[];
  /** By loyalty tier, where the evaluation was told the customers' tiers. */
  readonly byTier?: readonly TierBand[] | undefined;
  /** By how popular what they bought is. */
  readonly byPopularity: readonly PopularityBand[];
  readonly intervals: {
    readonly HR5: readonly [number, number];
    readonly NDCG5: readonly [number, number];
    readonly MAP5: readonly [number, number];
    readonly recall20: readonly [number, number];
  };
}

/**
 * Scores one list of recommended items, best first, against what was bought. NDCG with binary gains over log2(rank + 1)
 * (Järvelin and Kekäläinen, 2002); average precision over min(5, bought).
 * @param boughtCount distinct bought items, also those that can't be recommended.
 */
export function customerScores(
  ranked: readonly number[],
  bought: ReadonlySet<number>,
  boughtCount: number,
): CustomerScores {
  let hits5 = 0;
  let hits20 = 0;
  let gain = 0;
  let precision = 0;
  ranked.slice(0, 20).forEach((item, at) => {
    if (!bought.has(item)) return;
    hits20 += 1;
    if (at >= 5) return;
    hits5 += 1;
    gain += 1 / Math.log2(at + 2);
    precision += hits5 / (at + 1);
  });
  const reachable = Math.min(5, boughtCount);
  let ideal = 0;
  for (let at = 0; at < reachable; at++) ideal += 1 / Math.log2(at + 2);
  return {
    hitRate5: hits5 > 0 ? 1 : 0,
    ndcg5: gain / ideal,
    map5: precision / reachable,
    recall5: hits5 / boughtCount,
    recall20: hits20 / boughtCount,
  };
}

/** Means and intervals of the customers' scores, each a list as long as there are customers. */
export function summarise(
  scores: readonly CustomerScores[],
  whole: Pick<
    RecommendationMetrics,
    'meanPercentileRank' | 'coverage' | 'novelty' | 'byCustomers' | 'byTier' | 'byPopularity'
  >,
  seed: number,
): RecommendationMetrics {
  const interval = (of: (score: CustomerScores) => number): MeanInterval =>
    bootstrapMean(Float64Array.from(scores, of), { seed });
  const hitRate5 = interval(score => score.hitRate5);
  const ndcg5 = interval(score => score.ndcg5);
  const map5 = interval(score => score.map5);
  const recall20 = interval(score => score.recall20);
  const recall5 = scores.reduce((sum, score) => sum + score.recall5, 0) / Math.max(1, scores.length);
  return {
    HR5: hitRate5.mean,
    NDCG5: ndcg5.mean,
    MAP5: map5.mean,
    recall5,
    recall20: recall20.mean,
    users: scores.length,
    ...whole,
    intervals: {
      HR5: [hitRate5.low, hitRate5.high],
      NDCG5: [ndcg5.low, ndcg5.high],
      MAP5: [map5.low, map5.high],
      recall20: [recall20.low, recall20.high],
    },
  };
}
