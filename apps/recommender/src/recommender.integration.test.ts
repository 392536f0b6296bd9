import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import {
  ChangeEncoder,
  laurelTopics,
  openTransport,
  partitionOf,
  PARTITIONS,
  Sequence,
  Topics,
  type ChangeOperation,
  type LogTransport,
} from '@laurel/change-log';
import { affinityTrainer, buildInteractions, ModelRegistry } from '@laurel/learning';
import {
  createLogger,
  KeyRing,
  openServiceContext,
  readSettings,
  startApp,
  type RunningApp,
  type ServiceContext,
  type Settings,
} from '@laurel/service';
import type { Order, Product, ShopCollection } from '@laurel/shop';
import { DuckDbWarehouse } from '@laurel/warehouse';
import { BSON } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { recommender } from './index.js';

const { EJSON } = BSON;
const WITHIN = { timeout: 2000, interval: 20 };
const keys = KeyRing.generate();
const keyOf = (scope: string) =>
  keys
    .split(',')
    .find(entry => entry.startsWith(`${scope}=`))!
    .slice(scope.length + 1);

let home: string;
let settings: Settings;
let context: ServiceContext;
let transport: LogTransport;
let warehouse: DuckDbWarehouse;
let running: RunningApp;
let topics: Topics;
let sequence = 0;

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Puts a change of the shop into the log, as capture does. */
async function change(collection: ShopCollection, op: ChangeOperation, document: { _id: string }): Promise<void> {
  const seq = Sequence.ofChunk(1, ++sequence);
  const messages = new ChangeEncoder('laurel').encode(
    {
      database: 'shop',
      collection,
      op,
      id: JSON.stringify(document._id),
      eventId: randomUUID(),
      seq,
      epoch: 1,
      before: null,
      after: op === 'd' ? null : EJSON.stringify(document, { relaxed: false }),
      snapshot: op === 'r',
      clusterTimeMs: Date.now(),
      ord: 1,
    },
    Date.now(),
  );
  const partition = partitionOf(ChangeEncoder.keyOf(JSON.stringify(document._id)), PARTITIONS);
  await transport.send(topics.changes(collection), partition, messages);
}

async function publish(topic: string, key: string, value: unknown): Promise<void> {
  await transport.send(topic, partitionOf(key, PARTITIONS), [
    { key, value: value === null ? null : JSON.stringify(value) },
  ]);
}

interface Reply {
  status: number;
  data: Record<string, never> | null | undefined;
  errors: readonly { message: string; extensions: { code: string; argument?: string } }[];
  text: string;
}

async function graphql(
  query: string,
  variables: object = {},
  { url = running.url, key = keyOf('storefront') } = {},
): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { data, errors = [] }: Pick<Reply, 'data' | 'errors'> = JSON.parse(text);
  return { status: response.status, data, errors, text };
}

const LIST =
  'requestId model { name version trainedAt } items { rank score product { id name price } reason { kind text because { id } } }';

async function list(
  call: string,
): Promise<{ requestId: string; model: { name: string; version: string }; items: Item[] }> {
  const { data, errors } = await graphql(`{ list: ${call} { ${LIST} } }`);
  expect(errors).toEqual([]);
  return data!['list']!;
}

interface Item {
  rank: number;
  score: number;
  product: { id: string; name: string; price: number };
  reason: { kind: string; text: string; because: { id: string }[] };
}

const idsOf = async (call: string) => (await list(call)).items.map(({ product }) => product.id);
const product = (id: string, rest: Partial<Product> = {}): Product => ({
  _id: id,
  name: `Product ${id}`,
  category: 'tea',
  price: 5,
  ...rest,
});
const order = (id: string, customerId: string, productIds: string[], status: Order['status'] = 'placed'): Order => ({
  _id: id,
  customerId,
  placedAt: new Date(Date.now() - 3_600_000),
  status,
  currency: 'GBP',
  items: productIds.map(productId => ({ productId, quantity: 1, price: 5 })),
});

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'recommender-'));
  const name = `reco_${randomUUID().slice(0, 8)}`;
  settings = readSettings({
    MONGODB_URI: inject('mongodbUri'),
    KAFKA_BROKERS: inject('kafkaBrokers'),
    LAUREL_DATABASE: name,
    TOPIC_PREFIX: name,
    RECOMMENDER_PORT: String(await freePort()),
    LAUREL_KEYS: keys,
    LAUREL_HOME: home,
    LOG_LEVEL: 'silent',
  });
  const logger = createLogger(settings);
  context = await openServiceContext(settings, logger);
  transport = await openTransport(settings, logger);
  topics = new Topics(settings.topicPrefix, settings.shopDatabase);
  await transport.ensureTopics(laurelTopics(topics));
  warehouse = await DuckDbWarehouse.open({ path: settings.duckdbPath });
  for (const id of ['a', 'b', 'c', 'd', 'e']) await change('products', 'r', product(id));
  await change('products', 'r', product('gone', { active: false }));
  await change('orders', 'r', order('o1', 'ann', ['a', 'b']));
  await change('orders', 'r', order('o2', 'bob', ['b', 'c']));
  await change('orders', 'r', order('o3', 'cy', ['b', 'c']));
  running = await startApp(recommender, { ...context, transport, warehouse });
  await vi.waitFor(async () => expect((await fetch(`${running.url}/health/ready`)).status).toBe(200), {
    timeout: 30_000,
    interval: 50,
  });
});

afterAll(async () => {
  await running?.close();
  await transport?.close();
  await warehouse?.close();
  await context?.laurelDb.dropDatabase();
  await context?.mongo.close();
  await rm(home, { recursive: true, force: true });
});

describe('answers', () => {
  test('leave out what was bought and what cannot be sold, and say why the rest is there', async () => {
    const { items, model } = await list('recommendations(userId: "ann")');
    expect(items.map(({ product }) => product.id)).toEqual(['c', 'd', 'e']);
    expect(items[0]?.reason).toEqual({
      kind: 'BOUGHT_TOGETHER',
      text: 'Often bought together with Product b',
      because: [{ id: 'b' }],
    });
    expect(items.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    expect(model).toMatchObject({ name: 'bought-together', version: '0' });
  });

  test('an unknown customer gets what is trending', async () => {
    const { items, model } = await list('recommendations(userId: "nobody", first: 3)');
    expect(items.map(({ product, reason }) => [product.id, reason.kind, reason.because])).toEqual([
      ['b', 'TRENDING', []],
      ['c', 'TRENDING', []],
      ['a', 'TRENDING', []],
    ]);
    expect(model.name).toBe('trending');
    expect(await idsOf('trendingProducts(first: 2)')).toEqual(['b', 'c']);
  });

  test('repeat, under a new request id each time', async () => {
    const [one, other] = [await list('recommendations(userId: "ann")'), await list('recommendations(userId: "ann")')];
    expect(other.items).toEqual(one.items);
    expect(other.requestId).not.toBe(one.requestId);
  });

  test('know single products and customers, and give null for others', async () => {
    const { data } = await graphql(
      '{ product(id: "a") { id name category price rating imageUrl } none: product(id: "x") { id } customer(id: "x") { id } }',
    );
    expect(data).toEqual({
      product: { id: 'a', name: 'Product a', category: 'tea', price: 5, rating: null, imageUrl: null },
      none: null,
      customer: null,
    });
  });

  test('are the same interpreted and compiled, with variables and fragments', async () => {
    const query = `query Q($u: ID!, $n: Int, $f: RecommendationFilter, $why: Boolean!) {
      recommendations(userId: $u, first: $n, filter: $f) { items { rank product { ...P } reason @include(if: $why) { kind } } }
    } fragment P on Product { id price }`;
    const ask = () => graphql(query, { u: 'nobody', n: 2, f: { priceMax: 5, excludeProductIds: ['b'] }, why: true });
    const first = await ask();
    expect(first.data).toEqual({
      recommendations: {
        items: [
          { rank: 1, product: { id: 'c', price: 5 }, reason: { kind: 'TRENDING' } },
          { rank: 2, product: { id: 'a', price: 5 }, reason: { kind: 'TRENDING' } },
        ],
      },
    });
    for (let again = 0; again < 3; again++) expect(await ask()).toEqual(first);
  });
});

describe('freshness, within two seconds', () => {
  test('a purchase is no longer recommended; a cancelled one is again', async () => {
    expect(await idsOf('recommendations(userId: "dan")')).toContain('a');
    await change('orders', 'c', order('o-dan', 'dan', ['a']));
    await expect.poll(() => idsOf('recommendations(userId: "dan")'), WITHIN).not.toContain('a');
    expect(await idsOf('recommendations(userId: "dan", filter: { includePurchased: true })')).toContain('a');
    await change('orders', 'u', order('o-dan', 'dan', ['a'], 'cancelled'));
    await expect.poll(() => idsOf('recommendations(userId: "dan")'), WITHIN).toContain('a');
  });

  test('a purchase event counts until the order document says otherwise', async () => {
    const items = [{ item_id: 'd', quantity: 1 }];
    const event = {
      _id: 'e-eve',
      event_name: 'purchase',
      event_timestamp: Date.now() * 1000,
      user_pseudo_id: 'eve',
      items,
      ecommerce: { transaction_id: 'o-eve' },
    };
    await change('events', 'c', event);
    await expect.poll(() => idsOf('recommendations(userId: "eve")'), WITHIN).not.toContain('d');
    await change('orders', 'c', order('o-eve', 'eve', ['d'], 'cancelled'));
    await expect.poll(() => idsOf('recommendations(userId: "eve")'), WITHIN).toContain('d');
  });

  test('a product out of stock or inactive goes, and returns; its price is live; a new one takes part', async () => {
    await change('products', 'u', product('e', { stock: 0 }));
    await expect.poll(() => idsOf('trendingProducts(first: 100)'), WITHIN).not.toContain('e');
    await change('products', 'u', product('e', { stock: 3, price: 7.25 }));
    await expect
      .poll(
        async () =>
          (await list('trendingProducts(first: 100)')).items.find(({ product }) => product.id === 'e')?.product.price,
        WITHIN,
      )
      .toBe(7.25);
    await change('products', 'c', product('new'));
    await expect.poll(() => idsOf('trendingProducts(first: 100)'), WITHIN).toContain('new');
    await change('products', 'd', product('new'));
    await expect.poll(() => idsOf('trendingProducts(first: 100)'), WITHIN).not.toContain('new');
  });

  test('features, tier and perks of a customer, until the customer is gone', async () => {
    const features = {
      customer_id: 'ann',
      session_count: 3,
      total_time_spend_by_user_in_msec: 120000,
      average_order_value: 12.5,
      no_of_orders: 2,
      version: 4,
    };
    await publish(topics.features, 'ann', features);
    await publish(topics.tiers, 'ann', {
      customer_id: 'ann',
      tier: 'GOLD',
      decided_at: '2026-03-01T00:00:00Z',
      perks: ['Free delivery'],
    });
    const ask = async () =>
      (
        await graphql(
          '{ customer(id: "ann") { id tier perks features { sessionCount totalTimeSpendByUserInMsec averageOrderValue noOfOrders } } }',
        )
      ).data;
    await expect.poll(ask, WITHIN).toEqual({
      customer: {
        id: 'ann',
        tier: 'GOLD',
        perks: ['Free delivery'],
        features: { sessionCount: 3, totalTimeSpendByUserInMsec: 120000, averageOrderValue: 12.5, noOfOrders: 2 },
      },
    });
    await publish(topics.features, 'ann', { ...features, session_count: 1, version: 3 });
    await publish(topics.tiers, 'ann', null);
    await expect
      .poll(async () => (await graphql('{ customer(id: "ann") { tier features { sessionCount } } }')).data, WITHIN)
      .toEqual({
        customer: { tier: 'BRONZE', features: { sessionCount: 3 } },
      });
    await publish(topics.features, 'ann', null);
    await expect.poll(ask, WITHIN).toEqual({ customer: null });
  });

  test('a view and a cart steer the next answer; what is in the cart is not recommended back', async () => {
    const event = (_id: string, event_name: string, item_id: string) => ({
      _id,
      event_name,
      event_timestamp: Date.now() * 1000,
      user_pseudo_id: 'hal',
      items: [{ item_id, quantity: 1 }],
    });
    await change('events', 'c', event('e-hal-1', 'view_item', 'b'));
    const best = async () => (await list('recommendations(userId: "hal")')).items[0];
    await expect
      .poll(best, WITHIN)
      .toMatchObject({ product: { id: 'c' }, reason: { kind: 'BOUGHT_TOGETHER', because: [{ id: 'b' }] } });
    await change('events', 'c', event('e-hal-2', 'add_to_cart', 'c'));
    await expect.poll(() => idsOf('recommendations(userId: "hal")'), WITHIN).not.toContain('c');
    await change('events', 'c', event('e-hal-3', 'remove_from_cart', 'c'));
    await expect.poll(() => idsOf('recommendations(userId: "hal")'), WITHIN).toContain('c');
  });

  test('a customer who is deleted in the shop is forgotten, with what they bought', async () => {
    await change('customers', 'c', { _id: 'ida' });
    await change('orders', 'c', order('o-ida', 'ida', ['a']));
    const ask = async () => (await graphql('{ customer(id: "ida") { tier perks features { noOfOrders } } }')).data;
    await expect.poll(ask, WITHIN).toEqual({ customer: { tier: 'BRONZE', perks: [], features: { noOfOrders: 0 } } });
    await expect.poll(() => idsOf('recommendations(userId: "ida")'), WITHIN).not.toContain('a');
    await change('customers', 'd', { _id: 'ida' });
    await expect.poll(ask, WITHIN).toEqual({ customer: null });
    await expect.poll(() => idsOf('recommendations(userId: "ida")'), WITHIN).toContain('a');
  });

  test('a malformed change is passed over, and what follows it is applied', async () => {
    await change('products', 'u', { ...product('a'), price: 'free' } as never);
    await change('products', 'c', product('after'));
    await expect.poll(() => idsOf('trendingProducts(first: 100)'), WITHIN).toContain('after');
    expect(await (await fetch(`${running.url}/metrics`)).text()).toMatch(
      /laurel_recommender_skipped_messages_total\{[^}]*products[^}]*\} 1/,
    );
    await change('products', 'd', product('after'));
  });

  test('another replica and a restarted one know the same', async () => {
    const other = { ...settings, ports: { ...settings.ports, recommender: await freePort() } };
    const replica = await startApp(recommender, { ...context, settings: other, transport, warehouse });
    try {
      await expect.poll(async () => (await fetch(`${replica.url}/health/ready`)).status, { timeout: 30_000 }).toBe(200);
      const ask = async (url: string) =>
        (
          await graphql(
            `
              {
                recommendations(userId: "ann") {
                  items {
                    score
                    product {
                      id
                    }
                    reason {
                      text
                    }
                  }
                }
              }
            `,
            {},
            { url },
          )
        ).data;
      expect(await ask(replica.url)).toEqual(await ask(running.url));
      await change('orders', 'c', order('o-fay', 'fay', ['b']));
      for (const { url } of [replica, running]) {
        const ids = async () =>
          (await graphql('{ recommendations(userId: "fay") { items { product { id } } } }', {}, { url })).text;
        await expect.poll(ids, { ...WITHIN, timeout: 20_000 }).not.toContain('"b"');
      }
    } finally {
      await replica.close();
    }
  });
});

test('a read model dropped under the service is loaded anew, and answers go on meanwhile', async () => {
  await context.laurelDb.collection('recommender_activity').drop();
  await vi.waitFor(
    async () => {
      const { status } = await graphql('{ trendingProducts { requestId } }');
      expect(status).toBe(200);
      const ready = await fetch(`${running.url}/health/ready`);
      expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('read model')]);
    },
    { timeout: 10_000, interval: 10 },
  );
  await change('orders', 'c', order('o-gus', 'gus', ['b']));
  await expect
    .poll(() => idsOf('recommendations(userId: "gus")'), { timeout: 20_000, interval: 50 })
    .not.toContain('b');
  await vi.waitFor(async () => expect((await fetch(`${running.url}/health/ready`)).status).toBe(200), {
    timeout: 20_000,
    interval: 50,
  });
});

describe('what is refused', () => {
  test.each([
    ['first 0', 'first', 'recommendations(userId: "ann", first: 0) { requestId }'],
    ['first 101', 'first', 'recommendations(userId: "ann", first: 101) { requestId }'],
    ['an empty id', 'userId', 'recommendations(userId: "") { requestId }'],
    ['a long id', 'userId', `recommendations(userId: "${'x'.repeat(257)}") { requestId }`],
    [
      'crossed prices',
      'filter.priceMin',
      'recommendations(userId: "ann", filter: { priceMin: 5, priceMax: 4 }) { requestId }',
    ],
    ['a price below 0', 'filter.priceMin', 'recommendations(userId: "ann", filter: { priceMin: -1 }) { requestId }'],
    [
      '101 categories',
      'filter.categories',
      `recommendations(userId: "ann", filter: { categories: [${'"c",'.repeat(101)}] }) { requestId }`,
    ],
    [
      'an empty id in a list',
      'filter.excludeProductIds[0]',
      'recommendations(userId: "ann", filter: { excludeProductIds: [""] }) { requestId }',
    ],
    [
      'a cart of 101',
      'context.cartProductIds',
      `recommendations(userId: "ann", context: { cartProductIds: [${'"c",'.repeat(101)}] }) { requestId }`,
    ],
    ['no products', 'productIds', 'boughtTogether(productIds: []) { requestId }'],
    ['an empty product id', 'id', 'product(id: "") { id }'],
  ])('%s: BAD_USER_INPUT naming %s', async (_, argument, call) => {
    for (let again = 0; again < 3; again++) {
      const { errors, text } = await graphql(`{ ${call} }`);
      expect(errors.map(({ extensions }) => [extensions.code, extensions.argument])).toEqual([
        ['BAD_USER_INPUT', argument],
      ]);
      expect(errors[0]?.message).toMatch(/Allowed: /);
      expect(text).not.toContain('stacktrace');
    }
  });

  test('variables of the wrong type, interpreted and compiled', async () => {
    const query = 'query ($n: Int) { trendingProducts(first: $n) { requestId } }';
    for (const n of [1, 'many', 2, 'many', 'many']) {
      const { status, errors } = await graphql(query, { n });
      if (typeof n === 'number') expect(errors).toEqual([]);
      else expect([status, errors[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    }
  });

  test('no key and a wrong key 401, a key of another scope 403, admin passes', async () => {
    const ask = (key: string) => graphql('{ trendingProducts { requestId } }', {}, { key });
    expect((await ask('')).status).toBe(401);
    expect((await ask('not-a-key-of-this-shop')).status).toBe(401);
    expect((await ask(keyOf('crm'))).status).toBe(403);
    expect((await ask(keyOf('admin'))).status).toBe(200);
  });

  test('introspection, and suggestions that would tell of the schema', async () => {
    const { status, errors } = await graphql('{ __schema { types { name } } }');
    expect([status, errors[0]?.message]).toEqual([400, expect.stringMatching(/introspection is not allowed/)]);
    expect((await graphql('{ trendingProduct { requestId } }')).text).not.toContain('trendingProducts');
  });

  test('too deep, too costly, too long, batches, and queries by GET from a foreign page', async () => {
    const deep = `{ trendingProducts { ${'... { '.repeat(9)} requestId ${'} '.repeat(9)} } }`;
    expect((await graphql(deep)).errors[0]).toMatchObject({ message: expect.stringContaining('Allowed: 8 levels') });
    const everything = LIST.replaceAll(/(product|because) \{[^}]*\}/g, '$1 { id name category price rating imageUrl }');
    const full = (alias: string) => `${alias}: recommendations(userId: "ann", first: 100) { ${everything} }`;
    expect((await graphql(`{ ${full('x')} ${full('y')} }`)).errors).toEqual([]);
    expect((await graphql(`{ ${['x', 'y', 'z'].map(full).join(' ')} }`)).errors[0]).toMatchObject({
      message: expect.stringContaining('Allowed: 8000'),
    });
    expect((await graphql(`{ trendingProducts { ${'requestId '.repeat(3000)} } }`)).errors[0]?.message).toMatch(
      /token/i,
    );
    const headers = { authorization: `Bearer ${keyOf('storefront')}` };
    const batch = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '[{"query":"{__typename}"}]',
    });
    expect(batch.status).toBe(400);
    const foreign = await fetch(`${running.url}/graphql?query=${encodeURIComponent('{__typename}')}`, { headers });
    expect(foreign.status).toBe(400);
  });

  test('fragments in a circle end in an error, not in an endless loop', async () => {
    const { errors } = await graphql(
      '{ trendingProducts { ...A } } fragment A on RecommendationList { ...B } fragment B on RecommendationList { ...A }',
    );
    expect(errors.length).toBeGreaterThan(0);
  });
});

test('a trained model takes over without a refused request, split traffic stays with each customer, and rolling back works', async () => {
  const registry = new ModelRegistry(context.laurelDb);
  const interactions = buildInteractions([
    ['ann', 'a', 1],
    ['ann', 'b', 1],
    ['bob', 'b', 1],
    ['bob', 'd', 1],
  ]);
  const cosine = affinityTrainer('cosine');
  const model = cosine.fit(interactions, cosine.routine[0]!, { seed: 1 });
  const draft = {
    name: 'product_affinity',
    kind: 'cosine',
    trainedAt: new Date('2026-03-01T03:00:00Z'),
    dataFingerprint: 'x',
    parameters: {},
    seed: 1,
    metrics: {},
    durationMs: 1,
    artifact: model.serialize(),
  };
  const versions = [await registry.register(draft), await registry.register(draft)].map(({ version }) => version);

  let asking = true;
  const failures: unknown[] = [];
  const load = (async () => {
    while (asking) {
      const { errors } = await graphql(
        '{ recommendations(userId: "ann") { items { product { id } reason { kind } } } }',
      );
      failures.push(...errors);
    }
  })();
  await registry.promote('product_affinity', versions[0]!);
  const served = async (customer: string) => (await list(`recommendations(userId: "${customer}")`)).model;
  await expect
    .poll(() => served('ann'), { timeout: 10_000 })
    .toEqual({ name: 'product_affinity', version: String(versions[0]), trainedAt: '2026-03-01T03:00:00.000Z' });
  const [best] = (await list('recommendations(userId: "ann")')).items;
  expect(best).toMatchObject({ product: { id: 'd' }, reason: { kind: 'TASTE', because: [{ id: 'b' }] } });

  await registry.setTraffic('product_affinity', [
    { version: versions[0]!, percent: 50 },
    { version: versions[1]!, percent: 50 },
  ]);
  const bothServe = async () =>
    new Set(
      await Promise.all(
        Array.from(
          { length: 40 },
          async (_, at) =>
            (await list(`recommendations(userId: "v${at}", context: { recentProductIds: ["b"] })`)).model.version,
        ),
      ),
    );
  await expect
    .poll(async () => [...(await bothServe())].sort(), { timeout: 10_000 })
    .toEqual(versions.map(String).sort());
  expect(await served('ann')).toEqual(await served('ann'));

  await registry.promote('product_affinity', versions[1]!);
  await registry.rollback('product_affinity');
  await expect.poll(async () => (await served('ann')).version, { timeout: 10_000 }).toBe(String(versions[0]));
  asking = false;
  await load;
  expect(failures).toEqual([]);
});
