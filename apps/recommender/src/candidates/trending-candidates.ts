import type { Trend } from '../trending/trend.js';
import type { Candidate } from './candidate-source.js';

/** The first `n` eligible products by interest. Gives fewer only when no more are eligible: a product nobody wants yet scores next to nothing, but counts. */
export function trendingCandidates(trend: Trend, eligible: (product: number) => boolean, n: number): Candidate[] {
  const { order, scores } = trend.ranking();
  const found: Candidate[] = [];
  for (let at = 0; at < order.length && found.length < n; at++) {
    const product = order[at]!;
    if (eligible(product)) found.push({ product, score: Math.max(scores[product]!, Number.MIN_VALUE) });
  }
  return found;
}
