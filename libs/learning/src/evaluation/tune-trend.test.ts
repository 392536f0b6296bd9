import { expect, test } from 'vitest';
import type { AffinityModel } from '../affinity/affinity-model.js';
import { topItems } from '../affinity/top-items.js';
import { trendFactors } from '../affinity/trend-factors.js';
import { applyTrend } from '../affinity/trend-model.js';
import { Random } from '../random/random.js';
import { stableHash } from '../statistics/stable-hash.js';
import { customerScores } from './recommendation-metrics.js';
import type { TestCustomer } from './test-customers.js';
import { recentByFold, trendGrid, tuneTrend } from './tune-trend.js';

const ITEMS = 700;

/** Scores drawn for each customer, some of them below 0, whatever the history. */
function drawnModel(seed: number): AffinityModel {
  return {
    kind: 'drawn',
    itemIds: Array.from({ length: ITEMS }, (_, item) => String(item)),
    score: (history, into) => {
      const random = new Random(seed + (history[0]?.item ?? 0));
      for (let item = 0; item < into.length; item++) into[item] = random.next() - 0.3;
    },
    contributions: () => [],
    similar: () => [],
    serialize: () => new Uint8Array(),
  };
}

test('finds what scoring every item with every trend finds', () => {
  const random = new Random(3);
  const model = drawnModel(5);
  const earlier = Float64Array.from({ length: ITEMS }, () => Math.floor(random.next() * 40));
  const customers = Array.from({ length: 60 }, (_, at): TestCustomer => {
    const bought = new Set(Array.from({ length: 40 }, () => Math.floor(random.next() * ITEMS)));
    return { id: `c${at}`, history: [{ item: at, weight: 1 }], owned: [at], bought, boughtCount: bought.size };
  });
  const validation = customers.flatMap(({ id, bought }) =>
    Array.from(bought, item => ({ customer: id, item: String(item), quantity: 1 })),
  );
  const sums = trendGrid.map(parameters => {
    const of = customers.map(customer => {
      const recent = new Float64Array(ITEMS);
      for (const other of customers)
        if (stableHash(other.id) % 5 !== stableHash(customer.id) % 5)
          for (const item of other.bought) recent[item]! += 1;
      const scores = new Float32Array(ITEMS);
      model.score(customer.history, scores);
      for (const item of customer.owned) scores[item] = NaN;
      applyTrend(scores, trendFactors(earlier, recent, parameters));
      const ranked = topItems(scores, 5).map(({ item }) => item);
      return customerScores(ranked, customer.bought, customer.boughtCount).ndcg5;
    });
    return of.reduce((sum, ndcg5) => sum + ndcg5, 0) / customers.length;
  });
  const tuned = tuneTrend(model, customers, { earlier, recent: recentByFold(model.itemIds, validation) });
  expect(tuned.ndcg5).toBeCloseTo(Math.max(...sums), 12);
  expect(tuned.parameters).toEqual(trendGrid[sums.indexOf(Math.max(...sums))]);
});
