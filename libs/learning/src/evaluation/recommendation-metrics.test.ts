import { describe, expect, it } from 'vitest';
import { PopularityModel } from '../affinity/popularity-model.js';
import { evaluateModel } from './evaluate-model.js';
import { customerScores } from './recommendation-metrics.js';
import { confidences } from './split.js';
import { testCustomers } from './test-customers.js';

describe('customerScores', () => {
  it('hits at ranks 2 and 4, three bought', () => {
    const ideal = 1 + 1 / Math.log2(3) + 1 / 2;
    expect(customerScores([9, 1, 8, 2, 7, 6, 3], new Set([1, 2, 3]), 3)).toEqual({
      hitRate5: 1,
      ndcg5: (1 / Math.log2(3) + 1 / Math.log2(5)) / ideal,
      map5: (1 / 2 + 2 / 4) / 3,
      recall5: 2 / 3,
      recall20: 1,
    });
  });

  it('a perfect five of seven bought has NDCG and MAP 1', () => {
    const found = customerScores([1, 2, 3, 4, 5], new Set([1, 2, 3, 4, 5, 6, 7]), 7);
    expect(found.ndcg5).toBeCloseTo(1, 12);
    expect(found.map5).toBeCloseTo(1, 12);
    expect(found.recall5).toBeCloseTo(5 / 7, 12);
  });

  it('no hit is all zeros', () => {
    expect(customerScores([1], new Set([2]), 1)).toEqual({ hitRate5: 0, ndcg5: 0, map5: 0, recall5: 0, recall20: 0 });
  });

  it('counts hits of the first twenty only', () => {
    const ranked = Array.from({ length: 30 }, (_, at) => at);
    expect(customerScores(ranked, new Set([19, 20]), 2).recall20).toBe(0.5);
  });
});

describe('testCustomers', () => {
  const train = [
    { customer: 'b', item: 'x', quantity: 1 },
    { customer: 'a', item: 'y', quantity: 3 },
  ];
  const known = confidences(train);
  const next = [
    { customer: 'stranger', item: 'x', quantity: 1 },
    { customer: 'a', item: 'x', quantity: 1 },
    { customer: 'a', item: 'unheard of', quantity: 1 },
    { customer: 'a', item: 'unheard of too', quantity: 1 },
    { customer: 'a', item: 'only in validation', quantity: 1 },
  ];

  it('leaves strangers out and counts unknown items as one miss together', () => {
    const { customers } = testCustomers({ known, purchases: known }, next, new Set(['x', 'y', 'only in validation']));
    expect(customers).toEqual([
      {
        id: 'a',
        history: [{ item: 1, weight: Math.fround(Math.log1p(3)) }],
        owned: [1],
        bought: new Set([0]),
        boughtCount: 3,
      },
    ]);
  });
});

describe('evaluateModel', () => {
  // c1 had a; c2 had a and b; c3 had a, b and c. By popularity: a 3, b 2, c 1, d 0.
  const rows = [
    ['c1', 'a'],
    ['c2', 'a'],
    ['c2', 'b'],
    ['c3', 'a'],
    ['c3', 'b'],
    ['c3', 'c'],
    ['c4', 'd'],
  ].map(([customer = '', item = '']) => ({ customer, item, quantity: 1 }));
  const known = confidences(rows);
  const model = new PopularityModel(known.itemIds, Float32Array.from([3, 2, 1, 0]));
  const catalogue = new Set(['a', 'b', 'c', 'd']);
  const { customers } = testCustomers(
    { known, purchases: known },
    [
      { customer: 'c1', item: 'c', quantity: 1 },
      { customer: 'c3', item: 'd', quantity: 1 },
    ],
    catalogue,
  );

  it('agrees with figures worked by hand', () => {
    const [metrics] = evaluateModel(model, known, customers, { seed: 1 });
    // c1 is shown b, c, d and bought c (rank 2 of 3); c3 is shown d and bought it (the only one left).
    expect(metrics).toMatchObject({ users: 2, HR5: 1, NDCG5: (1 / Math.log2(3) + 1) / 2, MAP5: 0.75, recall20: 1 });
    expect(metrics?.meanPercentileRank).toBeCloseTo(0.5, 12);
    expect(metrics?.coverage).toBe(3 / 4);
    expect(metrics?.novelty).toBeCloseTo((1 + 2 + 2 + 2) / 4, 12);
  });

  it('scores each trend in its turn', () => {
    const lift = Float32Array.from([1, 1, 9, 1]);
    const [plain, lifted] = evaluateModel(model, known, customers, { seed: 1, trends: [undefined, lift] });
    expect(plain?.NDCG5).toBeCloseTo((1 / Math.log2(3) + 1) / 2, 12);
    expect(lifted?.NDCG5).toBe(1);
  });

  it('intervals hold the mean and repeat with the seed', () => {
    const [first] = evaluateModel(model, known, customers, { seed: 4 });
    const [second] = evaluateModel(model, known, customers, { seed: 4 });
    expect(second).toEqual(first);
    const [low = NaN, high = NaN] = first?.intervals.MAP5 ?? [];
    expect(low).toBeLessThanOrEqual(0.75);
    expect(high).toBeGreaterThanOrEqual(0.75);
  });
});
