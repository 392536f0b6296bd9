import fc from 'fast-check';
import { expect, test } from 'vitest';
import { affinityTrainer, buildInteractions, InnerProductSearch } from '@laurel/learning';
import { Catalogue } from '../catalogue/catalogue.js';
import { MOST_SEARCHED, PlacedModel } from '../models/placed-model.js';
import { modelCandidates, scoreHistory } from './model-candidates.js';
import { ScoredHistories } from './scored-histories.js';

const VERSION = { name: 'product_affinity', version: '1', trainedAt: '2026-03-01T03:00:00.000Z' };
const pairs = Array.from({ length: 900 }, (_, at) => [`u${at % 90}`, `p${(at * at + 7 * at) % 310}`, 1] as const);

async function placedModel(): Promise<{ placed: PlacedModel; catalogue: Catalogue }> {
  const cosine = affinityTrainer('cosine');
  const catalogue = new Catalogue();
  return {
    catalogue,
    placed: new PlacedModel(
      await cosine.fit(buildInteractions(pairs), cosine.routine[0] ?? {}, { seed: 1 }),
      VERSION,
      catalogue,
    ),
  };
}

const { placed, catalogue } = await placedModel();

test('what is remembered gives the same candidates as scoring anew, whatever may be shown', () => {
  const history = fc.uniqueArray(fc.integer({ min: 0, max: placed.products.length - 1 }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (items, n, oneIn) => {
      const past = items.map(item => ({ item, weight: 1 }));
      const eligible = (product: number) => product % oneIn === 0;
      const anew = modelCandidates(placed, past, eligible, n);
      expect(modelCandidates(placed, past, eligible, n, scoreHistory(placed, past))).toEqual(anew);
      expect(anew.every(({ product, score }) => eligible(product) && score > 0)).toBe(true);
    }),
  );
});

test('what is searched for gives the same candidates as scoring every product, whatever may be shown', async () => {
  const als = affinityTrainer('als');
  const model = await als.fit(buildInteractions(pairs), als.routine[0] ?? {}, { seed: 1 });
  if (!model.innerProducts) throw new Error('factors are no inner products');
  const search = new InnerProductSearch(model.innerProducts, MOST_SEARCHED);
  const [scoring, searching] = [undefined, search].map(by => new PlacedModel(model, VERSION, new Catalogue(), by));
  if (!scoring || !searching) throw new Error('two models were placed');
  const items = fc.uniqueArray(fc.integer({ min: 0, max: model.itemIds.length - 1 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (bought, n, oneIn) => {
      const past = bought.map(item => ({ item, weight: 1 }));
      const eligible = (product: number) => product % oneIn === 0;
      expect(modelCandidates(searching, past, eligible, n)).toEqual(modelCandidates(scoring, past, eligible, n));
      expect(scoreHistory(searching, past)).toEqual(scoreHistory(scoring, past));
    }),
  );
});

test('a look and the cart count as the model learned them, and what counts nothing is left out', () => {
  const weighing = (view: number, cart: number) =>
    new PlacedModel(placed.model, VERSION, catalogue, undefined, { view, cart }).history([
      { product: placed.products[0]!, quantity: 3, kind: 'bought' },
      { product: placed.products[1]!, quantity: 1, kind: 'viewed' },
      { product: placed.products[2]!, quantity: 1, kind: 'cart' },
    ]);
  expect(weighing(0.25, 2)).toEqual([3, 0.25, 2].map((pieces, item) => ({ item, weight: Math.log1p(pieces) })));
  expect(weighing(0, 1).map(({ item }) => item)).toEqual([0, 2]);
});

test('a history without anything the model knows has no candidates', () => {
  expect(placed.history([{ product: catalogue.number('never sold'), quantity: 1, kind: 'bought' }])).toEqual([]);
  expect(modelCandidates(placed, [], () => true, 5)).toEqual([]);
});

test('a customer is remembered from the second time on, while the history and the model stay', async () => {
  const histories = new ScoredHistories(2);
  const one = [{ item: 1, weight: 1 }];
  const other = [{ item: 1, weight: 2 }];
  expect(histories.of(7, placed, one)).toBeUndefined();
  const scored = histories.of(7, placed, [...one]);
  expect(scored?.candidates.length).toBeGreaterThan(0);
  expect(histories.of(7, placed, one)).toBe(scored);
  expect(histories.of(7, placed, other)).toBeUndefined();
  const again = await placedModel();
  expect(histories.of(7, again.placed, other)).toBeUndefined();
});

test('no more customers are remembered than there is room for, the longest unseen goes first', () => {
  const histories = new ScoredHistories(2);
  const history = [{ item: 1, weight: 1 }];
  for (const customer of [1, 2, 1, 3]) histories.of(customer, placed, history);
  expect(histories.of(1, placed, history)).toBeDefined();
  expect(histories.of(2, placed, history)).toBeUndefined();
});
