import { MongoClient, type Db } from 'mongodb';
import { parse } from 'csv-parse/sync';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { expectedFeatures, type ExpectedFeatures } from './expected-features.js';
import type { LaurelProcess } from './laurel-process.js';
import {
  CATEGORIES,
  customers,
  history,
  order,
  products,
  visit,
  type EventDocument,
  type OrderDocument,
} from './small-shop.js';

interface List {
  requestId: string;
  model: { name: string; version: string };
  items: {
    rank: number;
    score: number;
    product: { id: string; name: string; category: string; price: number };
    reason: { kind: string; text: string; because: { id: string }[] };
  }[];
}

const TOP = `query Top($user: ID!, $first: Int, $filter: RecommendationFilter, $context: RecommendationContext) {
  recommendations(userId: $user, first: $first, filter: $filter, context: $context) {
    requestId model { name version }
    items { rank score product { id name category price } reason { kind text because { id } } }
  }
}`;

interface ExportedProduct {
  product_id: string;
  name: string;
  reason: string;
}

interface Presence {
  present: boolean | null;
  places: { service: string; store: string; from: string; records: number; note?: string }[];
  waiting_for: string[];
  last_erasure: object | null;
}

const WAIT = { headers: { prefer: 'wait=50' } };

/** A buyer of the upper half, so with a history. */
const BUYER = 'C110';
const now = new Date();

/** A Laurel that did the main job, and its shop. */
export interface RunningShop {
  laurel: LaurelProcess;
  shop: Db;
}

/**
 * The main job: a shop's MongoDB in, recommendations, segments and an audience file out. The same cases for every way to run Laurel; `more` adds
 * those of one way, and is given what runs once the cases are running.
 */
export function mainJobCases(prepare: () => Promise<LaurelProcess>, more?: (running: () => RunningShop) => void): void {
  let laurel: LaurelProcess;
  let client: MongoClient;
  let shop: Db;

  beforeAll(async () => {
    laurel = await prepare();
    client = await new MongoClient(inject('mongodbUri')).connect();
    shop = client.db(laurel.names.shop);
    const { orders, events } = history(now);
    await shop.collection<{ _id: string }>('products').insertMany(products);
    await shop.collection<{ _id: string }>('customers').insertMany(customers);
    await shop.collection<OrderDocument>('orders').insertMany(orders);
    await shop.collection<EventDocument>('events').insertMany(events);
    laurel.launch('serve');
    await laurel.settled();
    await laurel.train('user_clusters');
    await laurel.train('product_affinity');
    await laurel.eventually('tiers assigned', async () => (await segments()).get('PLATINUM') ?? 0 > 0);
  }, 300_000);

  afterAll(async () => {
    await laurel.remove();
    await client.db(laurel.names.shop).dropDatabase();
    await client.db(laurel.names.laurel).dropDatabase();
    await client.close();
  });

  const top = async (user: string, more: Record<string, unknown> = {}): Promise<List> =>
    (await laurel.graphql<{ recommendations: List }>(TOP, { user, ...more })).recommendations;

  const features = (customer: string): Promise<ExpectedFeatures> =>
    laurel.json('feature-service', `/v1/features/${customer}`, 'admin');

  const segments = async (): Promise<Map<string, number>> => {
    const answer = await laurel.json<{
      segments: { tier: string; members: number }[];
      as_of: string;
      model_version: string;
    }>('clustering-service', '/v1/segments', 'crm');
    return new Map(answer.segments.map(({ tier, members }) => [tier, members]));
  };

  const bought = async (customer: string): Promise<Set<string>> => {
    const orders = await shop
      .collection<OrderDocument>('orders')
      .find({ customerId: customer, status: 'paid' })
      .toArray();
    return new Set(orders.flatMap(({ items }) => items.map(({ productId }) => productId)));
  };

  const expectFeaturesToMatchTheShop = async (): Promise<void> => {
    for (const [customer, expected] of await expectedFeatures(shop)) {
      const found = await features(customer);
      expect({ customer, ...pick(found, expected) }).toEqual({ customer, ...expected });
    }
  };

  it('knows the features of every customer exactly', expectFeaturesToMatchTheShop);

  it('recommends five products the customer has not bought, with reasons from their own history', async () => {
    const list = await top(BUYER);
    const own = await bought(BUYER);
    expect(list.items.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    expect(list.items.filter(({ product }) => own.has(product.id))).toEqual([]);
    for (const { reason } of list.items) {
      expect(reason.text).not.toBe('');
      if (reason.kind === 'TASTE' || reason.kind === 'BOUGHT_TOGETHER')
        expect(reason.because.length).toBeGreaterThan(0);
    }
    expect((await top(BUYER)).items).toEqual(list.items);
  });

  it('keeps to filters', async () => {
    const [category] = CATEGORIES;
    const list = await top(BUYER, { filter: { categories: [category], priceMax: 15, excludeProductIds: ['P00'] } });
    expect(list.items.length).toBeGreaterThan(0);
    for (const { product } of list.items) {
      expect(product.category).toBe(category);
      expect(product.price).toBeLessThanOrEqual(15);
      expect(product.id).not.toBe('P00');
    }
  });

  it('puts every customer into exactly one tier, and buyers of nothing into Bronze', async () => {
    const counts = await segments();
    expect([...counts.keys()].sort()).toEqual(['BRONZE', 'GOLD', 'PLATINUM', 'SILVER']);
    const seen: string[] = [];
    for (const [tier, count] of counts) {
      const members = await membersOf(laurel, tier);
      expect(members.length, tier).toBe(count);
      seen.push(...members);
    }
    expect(seen.sort()).toEqual(customers.map(({ _id }) => _id).sort());
    const bronze = await membersOf(laurel, 'BRONZE');
    expect(bronze).toEqual(expect.arrayContaining(customers.slice(0, 30).map(({ _id }) => _id)));
  });

  it('tells the same tier over REST and GraphQL, and explains it', async () => {
    const rest = await laurel.json<{ tier: string }>('clustering-service', `/v1/customers/${BUYER}/tier`, 'crm');
    await laurel.eventually('the recommender knows the tier', async () => {
      const { customer } = await laurel.graphql<{
        customer: { tier: string; perks: string[]; features: { noOfOrders: number } };
      }>(
        'query C($id: ID!) { customer(id: $id) { tier perks features { noOfOrders sessionCount averageOrderValue totalTimeSpendByUserInMsec } } }',
        { id: BUYER },
      );
      return customer.tier === rest.tier && customer.perks.length > 0 && customer.features.noOfOrders > 0;
    });
    const explanation = await laurel.json<object>(
      'clustering-service',
      `/v1/customers/${BUYER}/tier/explanation`,
      'crm',
    );
    expect(JSON.stringify(explanation)).toMatch(/average_order_value/);
    const history = await laurel.json<{ history: { effective_from: string }[] }>(
      'clustering-service',
      `/v1/customers/${BUYER}/tier/history`,
      'crm',
    );
    expect(history.history.length).toBeGreaterThan(0);
  });

  it("predicts in Vertex AI's shape", async () => {
    const instances = [
      { average_order_value: 12.8, no_of_orders: 60, session_count: 8, total_time_spend_by_user_in_msec: 2224770 },
    ];
    const answer = await laurel.json<{
      predictions: { nearest_centroid_id: number[]; centroid_distances: number[]; centroid_ids: number[] }[];
      modelDisplayName: string;
    }>('clustering-service', '/v1/models/user_clusters:predict', 'admin', {
      method: 'POST',
      body: JSON.stringify({ instances }),
    });
    const [prediction] = answer.predictions;
    expect(answer.modelDisplayName).toBe('user_clusters');
    expect(prediction?.centroid_ids).toEqual([1, 2, 3, 4]);
    expect(prediction?.nearest_centroid_id).toEqual([
      1 + (prediction?.centroid_distances ?? []).indexOf(Math.min(...(prediction?.centroid_distances ?? []))),
    ]);
  });

  it('exports an audience for Google with consent applied', async () => {
    const { id } = await laurel.json<{ id: string }>('clustering-service', '/v1/audiences', 'marketing', {
      method: 'POST',
      body: JSON.stringify({ name: 'Buyers', filter: { tiers: ['PLATINUM', 'GOLD', 'SILVER'] } }),
    });
    const members = (await Promise.all(['PLATINUM', 'GOLD', 'SILVER'].map(tier => membersOf(laurel, tier)))).flat();
    const consenting = customers.filter(
      ({ _id, consent }) => members.includes(_id) && consent.ad_user_data === 'GRANTED',
    );
    const response = await laurel.call(
      'clustering-service',
      `/v1/audiences/${id}/export?format=google-customer-match`,
      'marketing',
    );
    const text = await response.text();
    const rows = parse<Record<string, string>>(text, { columns: true });
    expect(text.split('\n')[0]).toBe('Email,Phone,First Name,Last Name,Country,Zip');
    const hashes = consenting.map(({ email }) => createHash('sha256').update(email.trim().toLowerCase()).digest('hex'));
    expect(rows.map(row => row['Email']).sort()).toEqual(hashes.sort());
    const csv = await laurel.call('clustering-service', `/v1/audiences/${id}/export?format=csv`, 'marketing');
    expect(parse<Record<string, string>>(await csv.text(), { columns: true }).length).toBeGreaterThan(0);
  });

  it("exports each member's recommendations with their reasons, the same as the storefront shows", async () => {
    const { id } = await laurel.json<{ id: string }>('clustering-service', '/v1/audiences', 'marketing', {
      method: 'POST',
      body: JSON.stringify({ name: 'Everybody', filter: {} }),
    });
    await laurel.eventually('the lists of the trained model are told', async () => {
      const path = `/v1/audiences/${id}/export?format=ndjson&top=5`;
      const text = await (await laurel.call('clustering-service', path, 'marketing')).text();
      const lines = text.trimEnd().split('\n');
      const rows = lines.map(line => JSON.parse(line) as { customer_id: string; recommendations: ExportedProduct[] });
      expect(rows.map(({ recommendations }) => recommendations.length)).toEqual(customers.map(() => 5));
      const shown = (await top(BUYER)).items.map(({ product, reason }) => [product.id, reason.text]);
      const exported = rows.find(({ customer_id }) => customer_id === BUYER)?.recommendations ?? [];
      expect(exported.map(({ product_id, reason }) => [product_id, reason])).toEqual(shown);
      return true;
    });
  });

  it('answers 401 without or with a wrong key and 403 with the wrong scope', async () => {
    const query = { method: 'POST', body: JSON.stringify({ query: '{ trendingProducts { requestId } }' }) };
    expect((await laurel.call('recommender', '/graphql', {}, query)).status).toBe(401);
    expect(
      (await laurel.call('recommender', '/graphql', { authorization: 'Bearer wrong-wrong-wrong-wrong' }, query)).status,
    ).toBe(401);
    expect((await laurel.call('recommender', '/graphql', 'crm', query)).status).toBe(403);
    expect((await laurel.call('clustering-service', '/v1/segments', 'marketing')).status).toBe(403);
    expect((await laurel.call('clustering-service', '/v1/audiences', 'crm')).status).toBe(403);
    expect(
      (await laurel.call('clustering-service', '/v1/models/user_clusters:train', 'crm', { method: 'POST' })).status,
    ).toBe(403);
    const refused = await laurel.call('clustering-service', '/v1/segments', {});
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('names what is wrong with bad arguments', async () => {
    const body = JSON.stringify({ query: TOP, variables: { user: BUYER, first: 101 } });
    const answer = await laurel.json<{ errors: { message: string; extensions: { code: string } }[] }>(
      'recommender',
      '/graphql',
      'storefront',
      { method: 'POST', body },
    );
    expect(answer.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(answer.errors[0]?.message).toMatch(/first.*101.*1.*100/s);
    const tier = await laurel.call('clustering-service', '/v1/segments/copper/members', 'crm');
    expect(tier.status).toBe(404);
    expect(await tier.text()).toMatch(/platinum/);
    const cursor = await laurel.call('clustering-service', '/v1/segments/gold/members?cursor=rubbish', 'crm');
    expect(cursor.status).toBe(400);
    const audience = await laurel.call('clustering-service', '/v1/audiences', 'marketing', {
      method: 'POST',
      body: '{"name":"x","filter":{"tiers":["COPPER"]}}',
    });
    expect(audience.status).toBe(400);
    expect(await audience.text()).toMatch(/tiers/);
    expect((await laurel.call('feature-service', '/v1/features/nobody-at-all', 'admin')).status).toBe(404);
  });

  it('gives an unknown customer what is trending', async () => {
    const list = await top('never-seen-before');
    expect(list.items).toHaveLength(5);
    for (const { reason } of list.items) expect(reason.kind).toBe('TRENDING');
  });

  it('no longer recommends what was just bought, counts it, and takes it back when cancelled', async () => {
    const before = await features(BUYER);
    const wanted = (await top(BUYER)).items[0]?.product.id ?? '';
    const index = products.findIndex(({ _id }) => _id === wanted);
    await shop.collection<OrderDocument>('orders').insertOne(order('O-new', BUYER, new Date(), [index], 2));
    await laurel.eventually(
      'bought product gone',
      async () => (await top(BUYER, { first: 100 })).items.every(({ product }) => product.id !== wanted),
      2000,
    );
    await laurel.eventually(
      'order counted',
      async () => (await features(BUYER)).no_of_orders === before.no_of_orders + 1,
      2000,
    );
    await shop.collection<OrderDocument>('orders').updateOne({ _id: 'O-new' }, { $set: { status: 'cancelled' } });
    await laurel.eventually(
      'order no longer counted',
      async () => (await features(BUYER)).no_of_orders === before.no_of_orders,
      2000,
    );
    await laurel.eventually(
      'product back',
      async () => (await top(BUYER, { first: 100 })).items.some(({ product }) => product.id === wanted),
      2000,
    );
  });

  it('counts an order once that comes as a purchase event and as a document', async () => {
    const before = await features(BUYER);
    const [product] = products;
    const purchase: EventDocument = {
      _id: 'purchase-twice',
      event_name: 'purchase',
      event_timestamp: Date.now() * 1000,
      user_pseudo_id: BUYER,
      event_params: [],
      items: [
        {
          item_id: 'P00',
          item_name: product?.name ?? '',
          price: product?.price ?? 0,
          quantity: 1,
          item_category: 'garden',
        },
      ],
      ecommerce: { transaction_id: 'O-twice', purchase_revenue: 2.55, unique_items: 1 },
    };
    await shop.collection<EventDocument>('events').insertOne(purchase);
    await laurel.eventually(
      'the event counts',
      async () => (await features(BUYER)).no_of_orders === before.no_of_orders + 1,
    );
    await shop.collection<OrderDocument>('orders').insertOne(order('O-twice', BUYER, new Date(), [0], 3));
    await laurel.eventually('the document wins', async () => {
      const { average_order_value: average, no_of_orders: count } = await features(BUYER);
      const total = before.average_order_value * before.no_of_orders + 3 * 2.55;
      return count === before.no_of_orders + 1 && Math.abs(average - total / count) < 1e-9;
    });
    await shop.collection<EventDocument>('events').deleteOne({ _id: 'purchase-twice' });
  });

  it('stops recommending a product that went out of stock', async () => {
    const gone = (await top(BUYER)).items[0]?.product.id ?? '';
    await shop.collection<{ _id: string }>('products').updateOne({ _id: gone }, { $set: { stock: 0 } });
    await laurel.eventually(
      'out of stock, out of sight',
      async () => (await top(BUYER, { first: 100 })).items.every(({ product }) => product.id !== gone),
      2000,
    );
    await shop.collection<{ _id: string }>('products').updateOne({ _id: gone }, { $set: { stock: 50 } });
  });

  it('sets a malformed document aside as a dead letter and carries on with the rest', async () => {
    const deadLetters = async () =>
      (await laurel.json<{ dead_letters: { total: number } }>('events-ingester', '/v1/status', 'admin')).dead_letters
        .total;
    const before = await deadLetters();
    const malformed = {
      _id: 'O-bad',
      customerId: BUYER,
      placedAt: 'yesterday',
      status: 'paid',
      currency: 'GBP',
      items: 'two lamps',
    };
    await shop.collection<{ _id: string }>('orders').insertOne(malformed);
    await shop.collection<EventDocument>('events').insertMany(visit('after-bad', 'C000', new Date(), [0, 1]));
    const expected = (await expectedFeatures(shop)).get('C000');
    await laurel.eventually(
      'what came after is counted',
      async () => (await features('C000')).session_count === expected?.session_count,
    );
    await laurel.eventually('one dead letter', async () => (await deadLetters()) === before + 1);
  });

  it('loses and doubles nothing when it is killed in the middle of writes', async () => {
    const writes = (async () => {
      for (let round = 0; round < 40; round++) {
        const at = new Date(Date.now() - round * 1000);
        const buyers = customers.slice(round * 3, round * 3 + 3);
        await shop
          .collection<OrderDocument>('orders')
          .insertMany(buyers.map(({ _id }) => order(`O-kill-${round}-${_id}`, _id, at, [round, round + 5])));
        await shop
          .collection<EventDocument>('events')
          .insertMany(buyers.flatMap(({ _id }) => visit(`kill-${round}-${_id}`, _id, at, [round, round + 1])));
      }
    })();
    await laurel.end('SIGKILL');
    laurel.launch('serve');
    await writes;
    await laurel.settled();
    await laurel.eventually('features are those of the shop', async () => {
      await expectFeaturesToMatchTheShop();
      return true;
    });
  }, 200_000);

  it('erases a customer everywhere, proves it, and keeps what they did from coming back', async () => {
    const customer = 'C112';
    const before = await presence(customer);
    expect(before).toMatchObject({ present: true, waiting_for: [], last_erasure: null });
    const services = new Set(before.places.map(({ service }) => service));
    expect([...services].sort()).toEqual(['clustering-service', 'events-ingester', 'feature-service', 'recommender']);
    const copy = await (await laurel.call('clustering-service', `/v1/subjects/${customer}/data`, 'admin', WAIT)).text();
    const email = customers.find(({ _id }) => _id === customer)?.email ?? '';
    expect(email).not.toBe('');
    expect(copy).toContain(email);

    const response = await laurel.call('clustering-service', `/v1/customers/${customer}`, 'admin', {
      method: 'DELETE',
      ...WAIT,
    });
    expect({ status: response.status, ...((await response.json()) as object) }).toMatchObject({
      status: 'complete',
      customer_id: customer,
      waiting_for: [],
    });
    await laurel.eventually('nothing stays', async () => (await presence(customer)).present === false);
    const after = await presence(customer);
    for (const { store, note } of after.places)
      expect({ store, leaves: note !== undefined }).toEqual({ store: 'kafka', leaves: true });
    expect((await laurel.call('feature-service', `/v1/features/${customer}`, 'admin')).status).toBe(404);
    const { customer: known } = await laurel.graphql<{ customer: object | null }>(
      'query C($id: ID!) { customer(id: $id) { tier } }',
      { id: customer },
    );
    expect(known).toBeNull();

    const orders = shop.collection<OrderDocument>('orders');
    await orders.updateMany({ customerId: customer }, { $set: { status: 'shipped' } });
    await orders.insertOne(order('O-after-erasure', 'C113', new Date(), [1]));
    const others = (await expectedFeatures(shop)).get('C113')?.no_of_orders;
    await laurel.eventually('what came after is counted', async () => (await features('C113')).no_of_orders === others);
    await laurel.settled();
    expect((await presence(customer)).present).toBe(false);

    await orders.insertOne(order('O-anew', customer, new Date(), [2]));
    await laurel.eventually('a customer anew', async () => (await features(customer)).no_of_orders === 1);
    await orders.deleteMany({ customerId: customer });
    await shop.collection<EventDocument>('events').deleteMany({ user_pseudo_id: customer });
    await shop.collection<{ _id: string }>('customers').deleteOne({ _id: customer });
  });

  const presence = (customer: string): Promise<Presence> =>
    laurel.json('clustering-service', `/v1/subjects/${customer}/presence`, 'admin', WAIT);

  more?.(() => ({ laurel, shop }));
}

async function membersOf(laurel: LaurelProcess, tier: string): Promise<string[]> {
  const members: string[] = [];
  for (let cursor = ''; ;) {
    const page = await laurel.json<{ members: { customer_id: string }[]; next: string | null }>(
      'clustering-service',
      `/v1/segments/${tier.toLowerCase()}/members?limit=25${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      'crm',
    );
    members.push(...page.members.map(member => member.customer_id));
    if (page.next === null) return members;
    cursor = page.next;
  }
}

function pick(found: ExpectedFeatures, names: ExpectedFeatures): Partial<ExpectedFeatures> {
  return Object.fromEntries(Object.keys(names).map(name => [name, found[name as keyof ExpectedFeatures]]));
}
