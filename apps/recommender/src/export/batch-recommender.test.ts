import { affinityTrainer, buildInteractions, Random, type AffinityModel } from '@laurel/learning';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Answer } from '../answers/answer.js';
import { Recommender } from '../answers/recommender.js';
import { PlacedModels } from '../models/placed-models.js';
import type { Serving } from '../models/serving-models.js';
import { ShopState } from '../read-model/shop-state.js';
import { StateLoader } from '../read-model/state-loader.js';
import { parseRankingRules } from '../rules/ranking-rules.js';
import { BatchRecommender } from './batch-recommender.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const DAY_MS = 86_400_000;
const PRODUCTS = 90;
const CUSTOMERS = Array.from({ length: 150 }, (_, at) => `c${at}`);
const RULES = parseRankingRules(
  `
boost: [{ categories: [tea], by: 1.5 }]
bury: [{ products: [p3] }]
pin: [{ product: p4, place: 2 }]
maxPerCategory: 3
tierOnly: [{ products: [p5, p6], tiers: [GOLD] }]
`,
  'rules',
);

const models = new Map<string, AffinityModel>();

/** Customers with orders, some with carts, views and a tier; products of which some are sold out. */
function shop(): { state: ShopState; loader: StateLoader } {
  const random = new Random(11);
  const state = new ShopState(() => NOW);
  const loader = new StateLoader(state);
  for (let at = 0; at < PRODUCTS; at++) {
    const category = ['tea', 'cups', 'tins', null][at % 4] ?? null;
    const shown = { name: `Product ${at}`, rating: null, imageUrl: null, available: at % 7 !== 0 };
    loader.product({ _id: `p${at}`, category, price: at, ...shown });
  }
  const any = () => `p${Math.floor(PRODUCTS * random.next() ** 2)}`;
  CUSTOMERS.forEach((customerId, at) => {
    for (let order = 0; order < at % 4; order++) {
      const productIds = [...new Set([any(), any(), any(), any()])];
      const placedAt = new Date(NOW - random.nextInt(60) * DAY_MS);
      loader.order(`${customerId}-${order}`, {
        customerId,
        placedAt,
        productIds,
        quantities: productIds.map(() => 1 + random.nextInt(3)),
      });
    }
    const kind = at % 2 === 0 ? 'cart' : 'view';
    if (at % 5 === 0) loader.activity({ _id: customerId, recent: [{ productId: any(), kind, at: new Date(NOW) }] });
    loader.profile({
      _id: customerId,
      registered: true,
      features: null,
      featuresVersion: 0,
      tier: { name: at % 3 === 0 ? 'GOLD' : 'BRONZE', perks: [], decidedAt: new Date(NOW) },
    });
  });
  return { state, loader };
}

function servingOf(...names: string[]): Serving {
  const share = 100 / names.length;
  return {
    state: {
      name: 'product_affinity',
      revision: 1,
      live: 1,
      history: [],
      traffic: names.slice(1).map((_, at) => ({ version: at + 2, percent: share })),
    },
    models: new Map(
      names.map((name, at) => [
        at + 1,
        { model: models.get(name)!, version: { name: 'product_affinity', version: String(at + 1), trainedAt: '' } },
      ]),
    ),
  };
}

const shown = ({ model, items }: Answer) => ({
  model,
  items: items.map(({ rank, product, score, reason }) => ({ rank, id: product.id, score, reason })),
});

let batch: BatchRecommender | undefined;

async function batched(state: ShopState, serving: Serving | undefined, first: number, filter: object) {
  batch = new BatchRecommender({ state, models: new PlacedModels(state.catalogue, serving), rules: RULES }, 2);
  const lists = new Map<string, ReturnType<typeof shown>>();
  for await (const { customerId, answer } of batch.answers(CUSTOMERS, first, filter))
    lists.set(customerId, shown(answer));
  return lists;
}

function oneByOne(state: ShopState, serving: Serving | undefined, first: number, filter: object) {
  const recommender = new Recommender(state, new PlacedModels(state.catalogue, serving).of, RULES);
  return new Map(CUSTOMERS.map(id => [id, shown(recommender.recommendations(id, first, filter, {}))]));
}

beforeAll(async () => {
  const { state } = shop();
  const bought: [string, string, number][] = [];
  CUSTOMERS.forEach(id =>
    state.orders.eachPurchase(
      state.customers.find(id),
      (product, quantity) => void bought.push([id, state.catalogue.ids.id(product), Math.log1p(quantity)]),
    ),
  );
  for (const name of ['als', 'cosine']) {
    const trainer = affinityTrainer(name);
    const parameters = trainer.routine[0] ?? {};
    models.set(name, await trainer.fit(buildInteractions(bought), parameters, { seed: 1 }));
  }
});

afterEach(async () => {
  await batch?.close();
  vi.restoreAllMocks();
});

describe('lists made in batches', () => {
  test.each([
    ['no model', [], {}, 5],
    ['factors', ['als'], {}, 5],
    ['item weights', ['cosine'], { categories: ['tea', 'cups'], priceMax: 60 }, 3],
    ['traffic split between two', ['als', 'cosine'], { excludeProductIds: ['p1', 'p2'] }, 10],
    ['purchases included', ['als'], { includePurchased: true }, 20],
  ])('are those that each customer is answered with: %s', async (_, names, filter, first) => {
    const { state } = shop();
    const serving = names.length > 0 ? servingOf(...names) : undefined;
    const lists = await batched(state, serving, first, filter);
    expect(lists).toEqual(oneByOne(state, serving, first, filter));
    expect(lists.size).toBe(CUSTOMERS.length);
  });

  test('are scored by the threads alone while nothing changes', async () => {
    const { state } = shop();
    const here = vi.spyOn(models.get('als')!, 'score');
    await batched(state, servingOf('als'), 5, {});
    expect(here).not.toHaveBeenCalled();
  });

  test('follow an order that is placed, and a product that sells out, while they are made', async () => {
    const { state, loader } = shop();
    const serving = servingOf('als');
    batch = new BatchRecommender({ state, models: new PlacedModels(state.catalogue, serving), rules: RULES }, 1);
    const answers = batch.answers(CUSTOMERS, 5, {});
    await answers.next();
    const productIds = ['p8', 'p9'];
    loader.order('late', { customerId: 'c77', placedAt: new Date(NOW), productIds, quantities: [1, 1] });
    const soldOut = { name: 'Product 1', rating: null, imageUrl: null, category: 'cups', price: 1, available: false };
    loader.product({ _id: 'p1', ...soldOut });
    const expected = oneByOne(state, serving, 5, {});
    for await (const { customerId, answer } of answers) expect(shown(answer)).toEqual(expected.get(customerId));
  });
});
