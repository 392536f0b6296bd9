import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlsModel } from '../affinity/als-model.js';
import type { AffinityModel, HistoryItem } from '../affinity/affinity-model.js';
import { topItems } from '../affinity/top-items.js';
import { TrendModel } from '../affinity/trend-model.js';
import { Random } from '../random/random.js';
import { InnerProductSearch } from './inner-product-search.js';

/** Factors whose lengths fall as those of trained products do; every seventh vector is another's, so that scores are equal. */
function alsOf(items: number, stride: number, seed: number, skew: number): AlsModel {
  const random = new Random(seed);
  const itemFactors = new Float32Array(items * stride);
  for (let item = 0; item < items; item++) {
    const size = (1 + item) ** -skew;
    for (let f = 0; f < stride; f++) itemFactors[item * stride + f] = size * random.nextNormal();
    if (item % 7 === 6) itemFactors.copyWithin(item * stride, (item - 3) * stride, (item - 2) * stride);
  }
  const itemIds = Array.from({ length: items }, (_, item) => String(item).padStart(6, '0'));
  return new AlsModel({ itemIds, itemFactors, stride, alpha: 1, regularisation: 0.1, parameters: {} });
}

function historiesOf(count: number, items: number, seed: number): HistoryItem[][] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const own = new Set(Array.from({ length: random.nextInt(12) }, () => random.nextInt(items)));
    return [...own].map(item => ({ item, weight: Math.log1p(1 + random.nextInt(5)) }));
  });
}

/** Scores everything, as an answer to one customer does. */
function bruteForce(
  model: AffinityModel,
  history: readonly HistoryItem[],
  most: number,
  skip: (item: number) => boolean,
) {
  const scores = new Float32Array(model.itemIds.length);
  model.score(history, scores);
  const own = new Set(history.map(({ item }) => item));
  return topItems(scores, most, item => !(scores[item]! > 0) || own.has(item) || skip(item));
}

function searched(
  model: AffinityModel,
  histories: readonly HistoryItem[][],
  most: number,
  wanted: (item: number) => boolean,
) {
  const products = model.innerProducts;
  if (!products) throw new Error('not a model of inner products');
  const queries = histories.map(history => ({
    vector: products.vectorOf(history),
    own: Int32Array.from(history, ({ item }) => item),
  }));
  return new InnerProductSearch(products, most, wanted).search(queries);
}

describe('InnerProductSearch', () => {
  it('finds what scoring every item finds, equal scores by item, for any shape', () => {
    const shape = fc.record({
      items: fc.integer({ min: 1, max: 900 }),
      stride: fc.constantFrom(4, 8, 16, 20, 64),
      skew: fc.constantFrom(0, 0.5, 1.5),
      most: fc.integer({ min: 1, max: 30 }),
      seed: fc.nat(1_000_000),
      customers: fc.integer({ min: 1, max: 70 }),
      trend: fc.boolean(),
    });
    fc.assert(
      fc.property(shape, ({ items, stride, skew, most, seed, customers, trend }) => {
        const als = alsOf(items, stride, seed, skew);
        const random = new Random(seed);
        const factors = Float32Array.from({ length: items }, () => 0.3 + 2 * random.next());
        const model = trend ? new TrendModel(als, factors, {}) : als;
        const histories = historiesOf(customers, items, seed + 1);
        const wanted = (item: number): boolean => item % 5 !== 0;
        const found = searched(model, histories, most, wanted);
        expect(found).toEqual(histories.map(history => bruteForce(model, history, most, item => !wanted(item))));
      }),
      { numRuns: 40 },
    );
  });

  it('finds the same where vectors are as small or as large as 32 bits allow', () => {
    for (const size of [1e-30, 1e-18, 1e18]) {
      const { innerProducts } = alsOf(300, 8, 5, 0.3);
      const vectors = innerProducts.vectors.map(value => value * size);
      const products = { ...innerProducts, vectors };
      const vector = Float64Array.from({ length: 8 }, (_, f) => (f - 3) / size);
      const scores = Float32Array.from({ length: 300 }, (_, item) => product(vector, vectors, item));
      const expected = topItems(scores, 20, item => !(scores[item]! > 0));
      expect(new InnerProductSearch(products, 20).search([{ vector, own: new Int32Array() }])).toEqual([expected]);
    }
  });

  it('finds fewer where fewer are asked for', () => {
    const model = alsOf(300, 8, 3, 0.5);
    const search = new InnerProductSearch(model.innerProducts, 20);
    const queries = historiesOf(70, 300, 4).map(history => ({
      vector: model.foldIn(history),
      own: Int32Array.from(history, ({ item }) => item),
    }));
    expect(search.search(queries, 7)).toEqual(search.search(queries).map(found => found.slice(0, 7)));
    expect(() => search.search(queries, 21)).toThrow(RangeError);
  });

  it('takes own items of many queries that do not fit in memory together', () => {
    const model = alsOf(500, 4, 9, 0);
    const history = Array.from({ length: 400 }, (_, item) => ({ item, weight: 1 }));
    const histories = Array.from({ length: 64 }, () => history);
    const found = searched(model, histories, 5, () => true);
    expect(found).toEqual(histories.map(() => bruteForce(model, history, 5, () => false)));
  });
});

function product(vector: Float64Array, vectors: Float32Array, item: number): number {
  const sums = [0, 0, 0, 0];
  for (let f = 0; f < vector.length; f++) sums[f % 4]! += vector[f]! * vectors[item * vector.length + f]!;
  return sums[0]! + sums[1]! + (sums[2]! + sums[3]!);
}
