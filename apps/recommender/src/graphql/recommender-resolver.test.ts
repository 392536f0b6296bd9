import { affinityTrainer, buildInteractions } from '@laurel/learning';
import { expect, test } from 'vitest';
import { LiveRecommender } from '../answers/live-recommender.js';
import type { Serving } from '../models/serving-models.js';
import { ShopState } from '../read-model/shop-state.js';
import { StateLoader } from '../read-model/state-loader.js';
import { NO_RULES } from '../rules/ranking-rules.js';
import { RecommenderResolver } from './recommender-resolver.js';
import type { RequestScope } from './server/request-scope.js';

const PRODUCTS = ['a', 'b', 'c', 'd'];

async function serving(): Promise<Serving> {
  const trainer = affinityTrainer('cosine');
  const purchases = buildInteractions([
    ['ann', 'a', 1],
    ['ann', 'd', 1],
    ['bob', 'a', 1],
    ['bob', 'd', 1],
    ['cy', 'b', 1],
  ]);
  const model = await trainer.fit(purchases, trainer.routine[0] ?? {}, { seed: 1 });
  const version = { name: 'product_affinity', version: '1', trainedAt: '2026-03-01T03:00:00.000Z' };
  return {
    state: { name: 'product_affinity', live: 1, history: [], traffic: [], revision: 1 },
    models: new Map([[1, { model, version }]]),
  };
}

const CALM: RequestScope = {
  scope: 'storefront',
  hurried: false,
  untilMs: Number.POSITIVE_INFINITY,
  giveWay: () => Promise.resolve(),
};

async function shop(): Promise<RecommenderResolver> {
  const state = new ShopState();
  const loader = new StateLoader(state);
  for (const id of PRODUCTS)
    loader.product({ _id: id, name: id, category: 'tea', price: 5, rating: null, imageUrl: null, available: true });
  const placedAt = new Date();
  for (const customerId of ['eve', 'fay'])
    loader.order(`of ${customerId}`, { customerId, placedAt, productIds: ['a'], quantities: [1] });
  const served = await serving();
  const live = new LiveRecommender(
    () => state,
    () => served,
    NO_RULES,
  );
  return new RecommenderResolver(live);
}

test('in a hurry, customers whose list is remembered get it; others get what trends and is new to them, and the answer is marked', async () => {
  const resolver = await shop();
  const ask = (userId: string, hurried: boolean) => {
    const request: RequestScope = { ...CALM, hurried };
    const { model, items } = resolver.recommendations({ userId }, request);
    return { model: model.name, ids: items.map(({ product }) => product.id), shortened: request.shortened ?? false };
  };
  const personal = { model: 'product_affinity', ids: ['d', 'b', 'c'], shortened: false };
  for (let time = 0; time < 2; time++) expect(ask('eve', false)).toEqual(personal);
  expect(ask('eve', true)).toEqual(personal);
  expect(ask('fay', true)).toEqual({ model: 'trending', ids: ['b', 'c', 'd'], shortened: true });
  expect(ask('fay', false)).toEqual(personal);
});

test('a batch gives way between customers: it goes on where nobody waited, is refused with 503 where they did, and ends when its time is up', async () => {
  const resolver = await shop();
  const ask = async (change: (request: RequestScope) => void) => {
    let waits = 0;
    const giveWay = function (this: RequestScope): Promise<void> {
      if (++waits === 2) change(this);
      return Promise.resolve();
    };
    const lists = await resolver.recommendationsBatch({ userIds: ['eve', 'fay', 'eve', 'gil'] }, { ...CALM, giveWay });
    return { waits, customers: lists.length };
  };
  expect(await ask(() => undefined)).toEqual({ waits: 3, customers: 4 });
  await expect(ask(request => (request.hurried = true))).rejects.toMatchObject({
    extensions: { code: 'OVERLOADED', http: { status: 503 } },
  });
  await expect(ask(request => (request.untilMs = 0))).rejects.toMatchObject({ extensions: { code: 'QUERY_TOO_SLOW' } });
});
