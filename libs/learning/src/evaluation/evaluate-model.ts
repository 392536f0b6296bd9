import type { AffinityModel } from '../affinity/affinity-model.js';
import { topItems } from '../affinity/top-items.js';
import { applyTrend } from '../affinity/trend-model.js';
import type { Interactions } from '../interactions/interactions.js';
import { customerBands, PopularityTally, tierBands } from './bands.js';
import type { CustomerScores } from './customer-scores.js';
import { customerScores, summarise, type RecommendationMetrics } from './recommendation-metrics.js';
import type { TestCustomer } from './test-customers.js';

/**
 * All metrics of a model on a test, once for each trend: factors for its items, or `undefined` for the model as it is.
 * Items that a customer had bought are never recommended. `known` is what was bought before, of the model's items: it gives coverage and
 * novelty. `tiers` are those of customers, by id.
 */
export function evaluateModel(
  model: AffinityModel,
  known: Interactions,
  customers: readonly TestCustomer[],
  options: {
    readonly seed: number;
    readonly trends?: readonly (Float32Array | undefined)[];
    readonly tiers?: ReadonlyMap<string, string> | undefined;
  },
): RecommendationMetrics[] {
  const trends = options.trends ?? [undefined];
  const rankEvery = Math.ceil(customers.length / RANKED_CUSTOMERS);
  const tallies = trends.map(() => new Tally(known, rankEvery));
  const base = new Float32Array(model.itemIds.length);
  const scores = new Float32Array(model.itemIds.length);
  for (const customer of customers) {
    model.score(customer.history, base);
    trends.forEach((trend, at) => {
      scores.set(base);
      if (trend) applyTrend(scores, trend);
      tallies[at]?.add(scores, customer);
    });
  }
  return tallies.map(tally => tally.metrics(customers, options));
}

const RANKED_CUSTOMERS = 500;

class Tally {
  readonly #known: Interactions;
  readonly #owners: Float64Array;
  readonly #rankEvery: number;
  readonly #popularity: PopularityTally;
  readonly #scores: CustomerScores[] = [];
  readonly #shown = new Set<number>();
  #surprise = 0;
  #shownCount = 0;
  #rankSum = 0;
  #rankCount = 0;

  constructor(known: Interactions, rankEvery: number) {
    this.#known = known;
    this.#rankEvery = rankEvery;
    this.#popularity = new PopularityTally(known);
    this.#owners = new Float64Array(known.itemIds.length);
    for (const item of known.columns) this.#owners[item]! += 1;
  }

  add(scores: Float32Array, customer: TestCustomer): void {
    for (const item of customer.owned) scores[item] = NaN;
    const ranked = topItems(scores, 20).map(({ item }) => item);
    this.#scores.push(customerScores(ranked, customer.bought, customer.boughtCount));
    this.#popularity.add(ranked, customer.bought);
    for (const item of ranked.slice(0, 5)) {
      this.#shown.add(item);
      this.#surprise -= Math.log2(Math.max(1, this.#owners[item]!) / Math.max(1, this.#known.userIds.length));
      this.#shownCount += 1;
    }
    const others = scores.length - customer.owned.length - 1;
    if (others <= 0 || (this.#scores.length - 1) % this.#rankEvery !== 0) return;
    for (const item of customer.bought) {
      this.#rankSum += itemsAbove(scores, scores[item]!) / others;
      this.#rankCount += 1;
    }
  }

  metrics(
    customers: readonly TestCustomer[],
    { seed, tiers }: { readonly seed: number; readonly tiers?: ReadonlyMap<string, string> | undefined },
  ): RecommendationMetrics {
    const whole = {
      byCustomers: customerBands(customers, this.#scores),
      ...(tiers && { byTier: tierBands(customers, this.#scores, tiers) }),
      byPopularity: this.#popularity.bands(),
      meanPercentileRank: this.#rankCount === 0 ? 0.5 : this.#rankSum / this.#rankCount,
      coverage: this.#shown.size / Math.max(1, this.#owners.length),
      novelty: this.#shownCount === 0 ? 0 : this.#surprise / this.#shownCount,
    };
    return summarise(this.#scores, whole, seed);
  }
}

/** Scores above `own`, plus half of the others equal to it; NaN never counts. */
function itemsAbove(scores: Float32Array, own: number): number {
  let above = 0;
  let notBelow = -1;
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!;
    above += score > own ? 1 : 0;
    notBelow += score >= own ? 1 : 0;
  }
  return (above + notBelow) / 2;
}
