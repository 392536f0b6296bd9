import type { AffinityModel, ScoredItem } from '../affinity/affinity-model.js';
import { topItems } from '../affinity/top-items.js';
import { trendFactors, type TrendParameters } from '../affinity/trend-factors.js';
import { applyTrend } from '../affinity/trend-model.js';
import { stableHash } from '../statistics/stable-hash.js';
import { customerScores } from './recommendation-metrics.js';
import type { SplitRow } from './split.js';
import type { TestCustomer } from './test-customers.js';

const FOLDS = 5;
const TOP = 5;
/** Items looked at first, the best without a trend; almost always the best five with one are among them. */
const SHORT_LIST = 200;

/**
 * The trends tried. Stronger ones often win on validation and lose in use: there the trend is counted in the same weeks in which the others
 * bought, in use it is weeks old.
 */
export const trendGrid: readonly TrendParameters[] = [0.1, 0.2, 0.3, 0.4].flatMap(strength =>
  [5, 20].map(smoothing => ({ strength, smoothing })),
);

/** How many customers bought each item of a model. */
export interface Demand {
  /** Before validation. */
  readonly earlier: ArrayLike<number>;
  /** In validation: for each of the five groups of customers, those of the other four. */
  readonly recent: readonly ArrayLike<number>[];
}

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
 * @param customers those that are scored.
 */
export function tuneTrend(
  model: AffinityModel,
  customers: readonly TestCustomer[],
  { earlier, recent }: Demand,
): TunedTrend {
  const fold = customers.map(customer => foldOf(customer.id));
  const factors = recent.map(ofOthers =>
    trendGrid.map(parameters => {
      const trend = trendFactors(earlier, ofOthers, parameters);
      return { trend, highest: trend.reduce((a, b) => Math.max(a, b), 0) };
    }),
  );
  const sums = new Float64Array(trendGrid.length);
  let plain = 0;
  const ndcg5Of = (ranked: readonly ScoredItem[], customer: TestCustomer): number =>
    customerScores(
      ranked.map(({ item }) => item),
      customer.bought,
      customer.boughtCount,
    ).ndcg5;
  const base = new Float32Array(model.itemIds.length);
  customers.forEach((customer, at) => {
    model.score(customer.history, base);
    for (const item of customer.owned) base[item] = NaN;
    const shortList = topItems(base, SHORT_LIST);
    plain += ndcg5Of(shortList.slice(0, TOP), customer);
    factors[fold[at]!]!.forEach(({ trend, highest }, choice) => {
      sums[choice]! += ndcg5Of(topTrended(base, shortList, trend, highest), customer);
    });
  });
  let best = 0;
  sums.forEach((sum, choice) => {
    if (sum > sums[best]!) best = choice;
  });
  const count = Math.max(1, customers.length);
  return { parameters: trendGrid[best]!, plainNdcg5: plain / count, ndcg5: sums[best]! / count };
}

function foldOf(customerId: string): number {
  return stableHash(customerId) % FOLDS;
}

/** {@link Demand.recent}, from what all customers bought in validation. */
export function recentByFold(itemIds: readonly string[], validation: Iterable<SplitRow>): Float64Array[] {
  const position = new Map(itemIds.map((id, at) => [id, at]));
  const recent = Array.from({ length: FOLDS }, () => new Float64Array(itemIds.length));
  for (const { customer, item } of validation) {
    const at = position.get(item);
    if (at === undefined) continue;
    const own = foldOf(customer);
    recent.forEach((counts, fold) => {
      if (fold !== own) counts[at]! += 1;
    });
  }
  return recent;
}

/**
 * The best five with a trend. Beyond the short list no score exceeds that of its last item, raised by the highest factor: below the fifth
 * found so far, none of them can matter, else all are looked at.
 */
function topTrended(
  base: Float32Array,
  shortList: readonly ScoredItem[],
  trend: Float32Array,
  highest: number,
): ScoredItem[] {
  const ranked: ScoredItem[] = [];
  for (const { item, score } of shortList) {
    const trended = Math.fround(score < 0 ? score / trend[item]! : score * trend[item]!);
    const fifth = ranked.length === TOP ? ranked[TOP - 1]! : undefined;
    if (fifth && (trended < fifth.score || (trended === fifth.score && item > fifth.item))) continue;
    if (fifth) ranked.pop();
    let at = ranked.length;
    while (
      at > 0 &&
      (ranked[at - 1]!.score < trended || (ranked[at - 1]!.score === trended && ranked[at - 1]!.item > item))
    )
      at--;
    ranked.splice(at, 0, { item, score: trended });
  }
  const last = shortList.at(-1);
  const beyond = last ? (last.score < 0 ? last.score / highest : last.score * highest) : -Infinity;
  const fifth = ranked[TOP - 1];
  if (shortList.length < SHORT_LIST || (fifth && Math.fround(beyond) < fifth.score)) return ranked;
  const scores = base.slice();
  applyTrend(scores, trend);
  return topItems(scores, TOP);
}
