import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AffinityModel } from '@laurel/learning';
import { PlacedModel } from '../models/placed-model.js';
import { ShopState } from '../read-model/shop-state.js';
import { StateLoader } from '../read-model/state-loader.js';
import { parseRankingRules } from '../rules/ranking-rules.js';
import { HOLDOUT } from './holdout.js';
import { Recommender } from './recommender.js';
import { originOf } from './request-id.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const VERSION = { name: 'product_affinity', version: '7', trainedAt: '2026-02-28T03:00:00.000Z' };

interface TestProduct {
  id: string;
  category: string | null;
  price: number;
  available: boolean;
}

interface TestOrder {
  id: string;
  customer: string;
  daysAgo: number;
  products: string[];
}

function shopOf(
  products: readonly TestProduct[],
  orders: readonly TestOrder[],
): { state: ShopState; loader: StateLoader } {
  const state = new ShopState(() => NOW);
  const loader = new StateLoader(state);
  for (const { id, ...rest } of products)
    loader.product({ _id: id, name: `Name of ${id}`, rating: null, imageUrl: null, ...rest });
  for (const order of orders) {
    const productIds = [...new Set(order.products)];
    const quantities = productIds.map(() => 1);
    const placedAt = new Date(NOW - order.daysAgo * 86_400_000);
    loader.order(order.id, { customerId: order.customer, placedAt, productIds, quantities });
  }
  return { state, loader };
}

/** Scores an item by how near its index is to those of the history. */
function nearestFirst(itemIds: readonly string[]): AffinityModel {
  const closeness = (a: number, b: number) => 1 / (1 + Math.abs(a - b));
  return {
    kind: 'test',
    itemIds,
    score: (history, into) =>
      into.forEach(
        (_, item) => (into[item] = history.reduce((sum, past) => sum + past.weight * closeness(past.item, item), 0)),
      ),
    contributions: (history, item) =>
      history
        .map(past => ({ item: past.item, share: past.weight * closeness(past.item, item) }))
        .sort((a, b) => b.share - a.share || a.item - b.item),
    similar: (item, n) =>
      itemIds
        .map((_, other) => ({ item: other, score: closeness(item, other) }))
        .filter(other => other.item !== item)
        .sort((a, b) => b.score - a.score || a.item - b.item)
        .slice(0, n),
    serialize: () => new Uint8Array(),
  };
}

const recommenderOf = (state: ShopState, model?: AffinityModel, rules = '') => {
  const placed = model && new PlacedModel(model, VERSION, state.catalogue);
  return new Recommender(state, () => placed, parseRankingRules(rules, 'rules'));
};

const ids = (answer: { items: readonly { product: { id: string } }[] }) =>
  answer.items.map(({ product }) => product.id);
const tea = (id: string, rest: Partial<TestProduct> = {}): TestProduct => ({
  id,
  category: 'tea',
  price: 10,
  available: true,
  ...rest,
});

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const productArbitrary = fc.record({
  category: fc.constantFrom(null, 'tea', 'cups'),
  price: fc.integer({ min: 0, max: 20 }),
  available: fc.boolean(),
});
const shopArbitrary = fc.record({
  products: fc
    .array(productArbitrary, { minLength: 1, maxLength: IDS.length })
    .map(list => list.map((rest, at) => ({ id: IDS[at]!, ...rest }))),
  orders: fc
    .array(
      fc.record({
        customer: fc.constantFrom('ann', 'bob', 'cy'),
        daysAgo: fc.integer({ min: 0, max: 80 }),
        products: fc.array(fc.constantFrom(...IDS), { minLength: 1, maxLength: 5 }),
      }),
      { maxLength: 12 },
    )
    .map(list => list.map((order, at) => ({ id: `o${at}`, ...order }))),
  trained: fc.boolean(),
});
const requestArbitrary = fc.record({
  customer: fc.constantFrom('ann', 'bob', 'nobody'),
  first: fc.integer({ min: 1, max: 10 }),
  filter: fc.record(
    {
      categories: fc.array(fc.constantFrom('tea', 'cups', 'unknown'), { maxLength: 2 }),
      excludeProductIds: fc.array(fc.constantFrom(...IDS, 'unknown'), { maxLength: 3 }),
      priceMin: fc.integer({ min: 0, max: 10 }),
      priceMax: fc.integer({ min: 10, max: 20 }),
      includePurchased: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  context: fc.record(
    {
      recentProductIds: fc.array(fc.constantFrom(...IDS, 'unknown'), { maxLength: 3 }),
      cartProductIds: fc.array(fc.constantFrom(...IDS, 'unknown'), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
});

test('a search finds what has words that begin with all of its own, the most wanted first, within the filter', () => {
  const { state } = shopOf(
    [
      { id: 'a1', category: 'Tea', price: 3, available: true },
      { id: 'b1', category: 'Tea', price: 5, available: true },
      { id: 'b2', category: 'Mugs', price: 5, available: true },
      { id: 'gone', category: 'Tea', price: 5, available: false },
    ],
    [{ id: 'o1', customer: 'ann', daysAgo: 1, products: ['b1'] }],
  );
  const recommender = recommenderOf(state);
  const found = (words: string[], filter = {}) => recommender.searchProducts(words, 5, filter).map(({ id }) => id);
  expect(found(['te'])).toEqual(['b1', 'a1']);
  expect(found(['te'], { priceMax: 4 })).toEqual(['a1']);
  expect(found(['name', 'b'])).toEqual(['b1', 'b2']);
  expect(found(['ea'])).toEqual([]);
});

describe('recommendations', () => {
  test.each(['recommendations', 'trendingFor'] as const)(
    'of %s are exactly as many eligible products as there are, up to first: never bought, unavailable, excluded, in the cart or outside the filter',
    list => {
      fc.assert(
        fc.property(
          shopArbitrary,
          requestArbitrary,
          ({ products, orders, trained }, { customer, first, filter, context }) => {
            const { state } = shopOf(products, orders);
            const recommender = recommenderOf(state, trained ? nearestFirst(IDS) : undefined);
            const answer = recommender[list](customer, first, filter, context);
            const bought = new Set(
              orders.filter(order => order.customer === customer).flatMap(order => order.products),
            );
            const eligible = products.filter(
              ({ id, available, category, price }) =>
                available &&
                (filter.includePurchased === true || !bought.has(id)) &&
                !filter.excludeProductIds?.includes(id) &&
                !context.cartProductIds?.includes(id) &&
                (filter.categories === undefined || (category !== null && filter.categories.includes(category))) &&
                price >= (filter.priceMin ?? 0) &&
                price <= (filter.priceMax ?? Infinity),
            );
            expect(answer.items).toHaveLength(Math.min(first, eligible.length));
            expect(new Set(ids(answer)).size).toBe(answer.items.length);
            for (const id of ids(answer)) expect(eligible.map(product => product.id)).toContain(id);
            expect(answer.items.map(({ rank }) => rank)).toEqual(answer.items.map((_, at) => at + 1));
            answer.items.forEach(({ score }, at) => {
              expect(score).toBeGreaterThan(0);
              expect(score).toBeLessThanOrEqual(answer.items[at - 1]?.score ?? Infinity);
            });
          },
        ),
      );
    },
  );

  test('repeat for the same state, whatever was asked before, and whatever order the documents came in', () => {
    fc.assert(
      fc.property(
        shopArbitrary,
        requestArbitrary,
        requestArbitrary,
        ({ products, orders, trained }, request, before) => {
          const model = trained ? nearestFirst(IDS) : undefined;
          const one = recommenderOf(shopOf(products, orders).state, model);
          const other = recommenderOf(shopOf(products.toReversed(), orders).state, model);
          other.recommendations(before.customer, before.first, before.filter, before.context);
          const [first, second] = [one, other].map(recommender =>
            recommender
              .recommendations(request.customer, request.first, request.filter, request.context)
              .items.map(({ product, score, reason }) => ({ product, score, reason })),
          );
          expect(second).toEqual(first);
        },
      ),
    );
  });

  test('name only products of the customer or the request in their reasons', () => {
    fc.assert(
      fc.property(
        shopArbitrary,
        requestArbitrary,
        ({ products, orders, trained }, { customer, first, filter, context }) => {
          const { state } = shopOf(products, orders);
          const answer = recommenderOf(state, trained ? nearestFirst(IDS) : undefined).recommendations(
            customer,
            first,
            filter,
            context,
          );
          const theirs = new Set([
            ...orders.filter(order => order.customer === customer).flatMap(order => order.products),
            ...(context.recentProductIds ?? []),
            ...(context.cartProductIds ?? []),
          ]);
          for (const { reason } of answer.items) {
            expect(reason.because.length).toBeLessThanOrEqual(2);
            for (const { id } of reason.because) expect(theirs).toContain(id);
            if (reason.kind === 'TRENDING') expect(reason.because).toEqual([]);
          }
        },
      ),
    );
  });

  test('someone nobody knows gets what is trending, and is told so', () => {
    const { state } = shopOf(
      [tea('a'), tea('b'), tea('c')],
      [{ id: 'o1', customer: 'ann', daysAgo: 1, products: ['b'] }],
    );
    const answer = recommenderOf(state, nearestFirst(['a', 'b', 'c'])).recommendations('nobody', 5, {}, {});
    expect(ids(answer)).toEqual(['b', 'a', 'c']);
    expect(answer.items.map(({ reason }) => reason.kind)).toEqual(['TRENDING', 'TRENDING', 'TRENDING']);
    expect(answer.model).toEqual({ name: 'trending', version: '0', trainedAt: '2026-02-28T00:00:00.000Z' });
  });

  test('a cancelled order frees its products again', () => {
    const { state, loader } = shopOf(
      [tea('a'), tea('b')],
      [{ id: 'o1', customer: 'ann', daysAgo: 1, products: ['a'] }],
    );
    const recommender = recommenderOf(state);
    expect(ids(recommender.recommendations('ann', 5, {}, {}))).toEqual(['b']);
    loader.order('o1', null);
    expect(ids(recommender.recommendations('ann', 5, {}, {}))).toEqual(['a', 'b']);
  });

  test('a trained model serves, with the purchases that counted most as reason', () => {
    const { state } = shopOf(
      IDS.map(id => tea(id)),
      [{ id: 'o1', customer: 'ann', daysAgo: 1, products: ['c', 'h'] }],
    );
    const answer = recommenderOf(state, nearestFirst(IDS)).recommendations('ann', 2, {}, {});
    expect(answer.model).toBe(VERSION);
    expect(ids(answer)).toEqual(['d', 'g']);
    expect(answer.items[0]?.reason).toMatchObject({
      kind: 'TASTE',
      text: 'Because you bought Name of c and Name of h',
    });
  });

  test('what is in the cart brings what others bought with it', () => {
    const orders = ['x', 'y', 'z'].map((customer, at) => ({
      id: `o${at}`,
      customer,
      daysAgo: 2,
      products: ['a', 'e'],
    }));
    const { state } = shopOf(
      IDS.map(id => tea(id)),
      orders,
    );
    const [first] = recommenderOf(state).recommendations(
      'nobody',
      1,
      {},
      { cartProductIds: ['a', 'not a product'] },
    ).items;
    expect(first?.product.id).toBe('e');
    expect(first?.reason).toMatchObject({
      kind: 'BOUGHT_TOGETHER',
      text: 'Often bought together with Name of a',
      because: [{ id: 'a' }],
    });
  });

  test('a new customer is served by the model after one view', () => {
    const { state, loader } = shopOf(
      IDS.map(id => tea(id)),
      [],
    );
    loader.activity({ _id: 'new', recent: [{ productId: 'd', kind: 'view', at: new Date(NOW - 1000) }] });
    const [first] = recommenderOf(state, nearestFirst(IDS)).recommendations('new', 1, {}, {}).items;
    expect(first?.product.id).toBe('d');
    expect(
      recommenderOf(state, nearestFirst(IDS)).recommendations('new', 2, { excludeProductIds: ['d'] }, {}).items[0]
        ?.reason,
    ).toMatchObject({
      kind: 'SIMILAR',
      text: 'Similar to Name of d, which you looked at',
    });
  });
});

describe('similar products', () => {
  test('are told apart by where they come from', () => {
    const { state } = shopOf([tea('a'), tea('b'), tea('new'), tea('cup', { category: 'cups' })], []);
    const recommender = recommenderOf(state, nearestFirst(['a', 'b']));
    expect(recommender.similarProducts('a', 1, {}).items[0]).toMatchObject({
      product: { id: 'b' },
      reason: { kind: 'SIMILAR', text: 'Similar to Name of a' },
    });
    expect(
      recommender.similarProducts('new', 3, {}).items.map(({ product, reason }) => [product.id, reason.kind]),
    ).toEqual([
      ['a', 'SIMILAR'],
      ['b', 'SIMILAR'],
      ['cup', 'TRENDING'],
    ]);
  });

  test('to a product the shop does not have are what is trending', () => {
    const { state } = shopOf([tea('a'), tea('b')], [{ id: 'o1', customer: 'ann', daysAgo: 0, products: ['b'] }]);
    const answer = recommenderOf(state).similarProducts('no such product', 5, {});
    expect(answer.items.map(({ product, reason }) => [product.id, reason.kind])).toEqual([
      ['b', 'TRENDING'],
      ['a', 'TRENDING'],
    ]);
  });
});

test('bought together never gives back what was asked about', () => {
  const { state } = shopOf(
    [tea('a'), tea('b'), tea('c')],
    [{ id: 'o1', customer: 'ann', daysAgo: 0, products: ['a', 'b', 'c'] }],
  );
  expect(ids(recommenderOf(state).boughtTogether(['a', 'c'], 5, {}))).toEqual(['b']);
});

describe('rules of the shop', () => {
  const features = { sessionCount: 0, totalTimeSpendByUserInMsec: 0, averageOrderValue: 0, noOfOrders: 0 };
  const decidedAt = new Date(NOW);
  const club = (rules: string) => {
    const { state, loader } = shopOf([tea('a'), tea('b'), tea('club')], []);
    loader.profile({
      _id: 'ann',
      registered: true,
      features,
      featuresVersion: 1,
      tier: { name: 'GOLD', perks: [], decidedAt },
    });
    loader.profile({ _id: 'bob', registered: true, features, featuresVersion: 1, tier: null });
    return recommenderOf(state, undefined, rules);
  };
  const seenBy = (recommender: Recommender, customer: string) =>
    ids(recommender.recommendations(customer, 5, {}, {})).includes('club');

  test.each([
    ['tierOnly: [{ products: [club], tiers: [PLATINUM, GOLD] }]', true, false],
    ['tierOnly: [{ products: [club], tiers: [PLATINUM] }]', false, false],
    ['earlyAccess: [{ products: [club], tiers: [GOLD], until: "2026-03-02T00:00:00Z" }]', true, false],
    ['earlyAccess: [{ products: [club], tiers: [GOLD], until: "2026-03-01T00:00:00Z" }]', true, true],
  ])('%s', (rules, gold, others) => {
    const recommender = club(rules);
    expect(seenBy(recommender, 'ann')).toBe(gold);
    expect(seenBy(recommender, 'bob')).toBe(others);
    expect(seenBy(recommender, 'a visitor')).toBe(others);
    expect(ids(recommender.trendingProducts(5, {})).includes('club')).toBe(others);
    expect(ids(recommender.similarProducts('a', 5, {})).includes('club')).toBe(others);
  });

  test('a category is closed as its products are', () => {
    const { state } = shopOf([tea('a'), tea('x', { category: 'club' })], []);
    const recommender = recommenderOf(state, undefined, 'tierOnly: [{ categories: [club], tiers: [GOLD] }]');
    expect(ids(recommender.trendingProducts(5, {}))).toEqual(['a']);
  });

  test('a cap finds products of other categories far down, a pin leads, and both are explained', () => {
    const many = Array.from({ length: 40 }, (_, at) => tea(`t${String(at).padStart(2, '0')}`));
    const { state } = shopOf(
      [...many, tea('z1', { category: 'mug' }), tea('z2', { category: null })],
      many.map(({ id }) => ({ id: `o-${id}`, customer: 'bob', daysAgo: 1, products: [id] })),
    );
    const recommender = recommenderOf(state, undefined, '{ maxPerCategory: 1, pin: [{ product: z2, place: 1 }] }');
    const { list, sources, weighed } = recommender.explain('ann', 3, {}, {});
    expect(ids(list)).toEqual(['z2', 't00', 'z1']);
    expect(list.items).toMatchObject(
      recommender.recommendations('ann', 3, {}, {}).items.map(({ rank, score }) => ({ rank, score })),
    );
    expect(sources.map(({ name }) => name)).toEqual([
      'bought together',
      'viewed together',
      'same category',
      'trending',
    ]);
    expect(weighed[0]).toMatchObject({ productId: 't00', source: 'trending' });
  });
});

test('an explanation names what is kept from a customer, and why', () => {
  const { state, loader } = shopOf(
    [tea('a'), tea('b'), tea('c'), tea('gone', { available: false }), tea('x', { category: 'club' })],
    [{ id: 'o1', customer: 'ann', daysAgo: 1, products: ['a', 'gone'] }],
  );
  const rules = 'tierOnly: [{ categories: [club], tiers: [GOLD] }]';
  const recommender = recommenderOf(state, undefined, rules);
  const kept = (filter: object) => recommender.explain('ann', 5, filter, { cartProductIds: ['b'] }).heldBack;
  const [club, cart] = [
    { productId: 'x', rule: 'reserved for a tier' },
    { productId: 'b', rule: 'in the cart' },
  ];
  expect(kept({})).toEqual([club, cart, { productId: 'a', rule: 'bought before' }]);
  expect(kept({ includePurchased: true })).toEqual([club, cart]);
  expect(ids(recommender.recommendations('ann', 5, {}, { cartProductIds: ['b'] }))).toEqual(['c']);
  loader.productGone('x');
  expect(kept({ includePurchased: true })).toEqual([cart]);
});

describe('the holdout', () => {
  const shop = () =>
    shopOf(
      ['a', 'b', 'c'].map(id => tea(id)),
      [{ id: 'o1', customer: 'c7', daysAgo: 1, products: ['a', 'b'] }],
    ).state;
  const customers = Array.from({ length: 2000 }, (_, at) => `c${at}`);
  const modelOf = (recommender: Recommender, customer: string) => recommender.recommendations(customer, 5, {}, {});

  test('is nobody unless the rules say so', () => {
    const recommender = recommenderOf(shop(), nearestFirst(['a', 'b', 'c']));
    expect(customers.some(id => modelOf(recommender, id).model.version === HOLDOUT)).toBe(false);
  });

  test('is the share that the rules say, sees only what trends, and stays held out when the share grows', () => {
    const state = shop();
    const model = nearestFirst(['a', 'b', 'c']);
    const few = recommenderOf(state, model, 'holdoutPercent: 10');
    const more = recommenderOf(state, model, 'holdoutPercent: 30');
    const heldOut = (recommender: Recommender) =>
      new Set(customers.filter(id => modelOf(recommender, id).model.version === HOLDOUT));
    const [tenth, third] = [heldOut(few), heldOut(more)];
    expect([...tenth].filter(id => !third.has(id))).toEqual([]);
    expect(tenth.size / customers.length).toBeCloseTo(0.1, 1);
    expect(third.size / customers.length).toBeCloseTo(0.3, 1);
    for (const id of tenth) {
      const { items, requestId } = few.recommendations(id, 5, {}, { recentProductIds: ['b'] });
      expect(originOf(requestId)).toEqual({ model: 'trending', version: HOLDOUT, group: HOLDOUT });
      expect(items.map(({ reason }) => reason.kind)).toEqual(items.map(() => 'TRENDING'));
    }
    const other = customers.find(id => !tenth.has(id)) ?? '';
    expect(originOf(few.recommendations(other, 5, {}, { recentProductIds: ['b'] }).requestId)).toEqual({
      model: 'product_affinity',
      version: '7',
      group: '7',
    });
  });
});

describe('what is new', () => {
  const view = (customer: string, ...productIds: string[]) => ({
    _id: customer,
    recent: productIds.map(productId => ({ productId, kind: 'view' as const, at: new Date(NOW - 60_000) })),
  });
  const listed = ({ items }: ReturnType<Recommender['recommendations']>) =>
    items.map(({ product, reason }) => [product.id, reason.kind, reason.because.map(({ id }) => id).join()]);

  test('a product that no model and no order knows goes with what its visitors looked at besides', () => {
    const { state, loader } = shopOf(
      ['a', 'b', 'c', 'new'].map(id => tea(id)),
      [],
    );
    loader.activity(view('ann', 'a', 'new'));
    loader.activity(view('bob', 'a', 'new'));
    loader.activity(view('cy', 'a'));
    const recommender = recommenderOf(state, nearestFirst(['b', 'c', 'x', 'y', 'a']));
    const [first, second] = listed(recommender.recommendations('cy', 4, {}, {}));
    expect([first?.[0], second]).toEqual(['a', ['new', 'SIMILAR', 'a']]);
    expect(listed(recommender.similarProducts('a', 3, {}))[2]).toEqual(['new', 'SIMILAR', 'a']);
    expect(listed(recommender.similarProducts('new', 1, {}))).toEqual([['a', 'SIMILAR', 'new']]);
  });

  test('nobody is told that others looked at what only they themselves looked at', () => {
    const { state, loader } = shopOf(
      ['a', 'b', 'c'].map(id => tea(id)),
      [],
    );
    loader.activity(view('ann', 'a', 'b'));
    const { sources } = recommenderOf(state).explain('ann', 3, {}, {});
    expect(sources.find(({ name }) => name === 'viewed together')?.candidates).toEqual([]);
  });

  test('one look at it brings a customer of whom nothing else is known its category', () => {
    const { state, loader } = shopOf([tea('cup', { category: 'cups' }), tea('a'), tea('b'), tea('new')], []);
    loader.order('o1', { customerId: 'bob', placedAt: new Date(NOW), productIds: ['cup'], quantities: [9] });
    loader.activity(view('zoe', 'new'));
    const recommender = recommenderOf(state, nearestFirst(['cup', 'a', 'b']));
    expect(ids(recommender.recommendations('nobody', 1, {}, {}))).toEqual(['cup']);
    expect(listed(recommender.recommendations('zoe', 3, {}, {})).slice(0, 2)).toEqual([
      ['a', 'SIMILAR', 'new'],
      ['b', 'SIMILAR', 'new'],
    ]);
  });
});
