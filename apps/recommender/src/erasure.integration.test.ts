import { SubjectRequests } from '@laurel/change-log';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { order, product, RecommenderUnderTest } from './testing/recommender-under-test.js';

/** Waited out only by a test that fails. */
const DEADLINE = { timeout: 30_000, interval: 20 };
const CUSTOMERS = ['ann', 'bob', 'cy', 'eve', 'nobody'];
const ABOUT = `
  query ($id: ID!) {
    customer(id: $id) { tier }
    explainRanking(userId: $id) { heldBack { productId } list { items { reason { kind } } } }
    boughtTogether(productIds: ["p"]) { items { product { id } reason { kind } } }
    similarProducts(productId: "s") { items { product { id } reason { kind } } }
  }
`;
interface Items {
  items: { product?: { id: string }; reason: { kind: string } }[];
}
interface About {
  customer: object | null;
  explainRanking: { heldBack: { productId: string }[]; list: Items };
  boughtTogether: Items;
  similarProducts: Items;
}

let shop: RecommenderUnderTest;

beforeAll(async () => {
  shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
  for (const id of ['p', 'q', 's', 't']) await shop.change('products', 'c', product(id, { category: null }));
});

afterAll(() => shop?.stop());

test('an erased customer is gone from every answer of every replica that had them in memory', async () => {
  const replica = await shop.replica();
  const urls = [shop.running.url, replica.url];
  const known = async (url: string) => {
    const { text } = await shop.graphql(ABOUT, { id: 'eve' }, { url, key: shop.keyOf('admin') });
    const { data }: { data: About } = JSON.parse(text);
    return {
      customer: data.customer,
      heldBack: data.explainRanking.heldBack.map(({ productId }) => productId).sort(),
      personal: data.explainRanking.list.items.some(({ reason }) => reason.kind !== 'TRENDING'),
      together: companionOf(data.boughtTogether),
      similar: companionOf(data.similarProducts),
    };
  };
  const nothing = { customer: null, heldBack: [], personal: false, together: undefined, similar: undefined };
  try {
    for (const url of urls) expect(await known(url)).toEqual(nothing);
    await shop.change('customers', 'c', { _id: 'eve' });
    await shop.change('orders', 'c', order('o-eve-1', 'eve', ['p', 'q']));
    await shop.change('orders', 'c', order('o-eve-2', 'eve', ['b']));
    for (const item_id of ['s', 't'])
      await shop.change('events', 'c', {
        ...{ _id: `e-${item_id}`, event_name: 'view_item', event_timestamp: Date.now() * 1000 },
        ...{ user_pseudo_id: 'eve', items: [{ item_id, quantity: 1 }] },
      });
    const everything = { customer: { tier: 'BRONZE' }, heldBack: ['b', 'p', 'q'], together: 'q', similar: 't' };
    for (const url of urls) await expect.poll(() => known(url), DEADLINE).toEqual({ ...everything, personal: true });

    const { laurelDb: db, mongo, logger, instanceId, transport } = shop.resources;
    const requests = new SubjectRequests({ db, mongo, logger, instanceId });
    await requests.start(transport, shop.topics.subjects);
    try {
      await requests.ask('erasure', 'eve');
      for (const url of urls) await expect.poll(() => known(url), DEADLINE).toEqual(nothing);
    } finally {
      await requests.stop();
    }
  } finally {
    await replica.close();
  }
});

test('customers who ask at the same time get what each gets alone', async () => {
  const listOf = async (id: string) => {
    const { items } = await shop.list(
      `recommendations(userId: "${id}", first: 4, context: { recentProductIds: ["d"] })`,
    );
    return items;
  };
  const alone = new Map<string, Awaited<ReturnType<typeof listOf>>>();
  for (const id of CUSTOMERS) alone.set(id, await listOf(id));
  expect(new Set(Array.from(alone.values(), items => JSON.stringify(items))).size).toBeGreaterThan(2);
  const rush = Array.from({ length: 30 * CUSTOMERS.length }, (_, at) => CUSTOMERS[at % CUSTOMERS.length] ?? '');
  const together = await Promise.all(rush.map(id => listOf(id)));
  together.forEach((items, at) => expect(items).toEqual(alone.get(rush[at] ?? '')));
});

/** The first product of a list that is there for what customers did. */
function companionOf({ items }: Items): string | undefined {
  return items.find(({ reason }) => reason.kind !== 'TRENDING')?.product?.id;
}
