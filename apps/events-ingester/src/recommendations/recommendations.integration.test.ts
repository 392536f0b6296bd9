import { ChangeEncoder, PARTITIONS, partitionOf, Sequence } from '@laurel/change-log';
import { freePort, type RunningApp, type Scope, startApp } from '@laurel/service';
import type { Feedback, LoggedCollection, Order } from '@laurel/shop';
import { TestHome } from '@laurel/test-home';
import { DuckDbWarehouse } from '@laurel/warehouse';
import { BSON } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventsIngester, type IngesterStatus } from '../index.js';

const DAY_MS = 86_400_000;
const BEGAN_MS = Date.now() - 20 * DAY_MS;
const CUSTOMERS = 600;

let home: TestHome;
let warehouse: DuckDbWarehouse;
let app: RunningApp;
let sent = 0;

beforeAll(async () => {
  const servers = { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') };
  home = await TestHome.open(servers, { EVENTS_INGESTER_PORT: String(await freePort()), LOG_LEVEL: 'silent' });
  warehouse = await DuckDbWarehouse.open({ path: home.context.settings.duckdbPath });
  app = await startApp(eventsIngester, { ...home.resources, warehouse, parts: ['load'] });
});

afterAll(async () => {
  await app?.close();
  await warehouse?.close();
  await home?.remove();
});

async function send(collection: LoggedCollection, documents: readonly { _id: string }[]): Promise<void> {
  const encoder = new ChangeEncoder('laurel');
  const messages = documents.flatMap(document => {
    const id = JSON.stringify(document._id);
    const seq = collection === 'feedback' ? undefined : Sequence.ofChunk(1, sent);
    const change = { database: 'any', collection, op: 'c', id, eventId: `${document._id}`, seq, epoch: 1 } as const;
    const rest = { before: null, snapshot: false, clusterTimeMs: BEGAN_MS, ord: 0 };
    sent += 1;
    return encoder.encode({ ...change, ...rest, after: BSON.EJSON.stringify(document, { relaxed: false }) }, BEGAN_MS);
  });
  for (const [partition, own] of Map.groupBy(messages, ({ key }) => partitionOf(String(key), PARTITIONS)))
    await home.transport.send(home.topics.changes(collection), partition, own);
}

async function get<T>(path: string, schema: z.ZodType<T>, scope: Scope = 'admin'): Promise<T> {
  const response = await ask(path, scope);
  return schema.parse(JSON.parse(await response.text()));
}

const ask = (path: string, scope: Scope = 'admin') =>
  fetch(`${app.url}${path}`, { headers: { authorization: `Bearer ${home.key(scope)}` } });

const loaded = async () => {
  const { load }: Pick<IngesterStatus, 'load'> = JSON.parse(await (await ask('/v1/status')).text());
  return load.lag;
};

/** Customer `at` is shown one product; odd customers are in group 2. */
const told = (event_name: Feedback['event_name'], at: number): Feedback => ({
  _id: `r${at}/${event_name}`,
  event_name,
  event_timestamp: (BEGAN_MS + at * 1000) * 1000,
  user_pseudo_id: `c${at}`,
  request_id: `r${at}`,
  model_name: 'product_affinity',
  model_version: at % 2 === 0 ? '1' : '2',
  test_group: at % 2 === 0 ? '1' : '2',
  item_id: 'p1',
  item_list_name: 'home',
  index: 1,
});

const figure = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });
const metricsAnswer = z.object({
  known_until: z.string().nullable(),
  metrics: z.array(z.looseObject({ version: z.string(), click_through_rate: figure, revenue_per_thousand: figure })),
});
const comparisonAnswer = z.looseObject({ verdict: z.string(), text: z.string(), difference: figure });

describe('what recommendations came to', () => {
  const from = new Date(BEGAN_MS).toISOString();
  const comparison = (query: string) => `/v1/recommendations/comparison?from=${from}&${query}`;

  test('is not told before the models are built, nor to others than the admin', async () => {
    expect((await ask('/v1/recommendations/metrics')).status).toBe(503);
    expect((await ask('/v1/recommendations/metrics', 'storefront')).status).toBe(403);
    expect((await ask('/v1/recommendations/metrics', 'marketing')).status).toBe(403);
  });

  test('is told by version and placement, each piece of feedback once though all was sent twice', async () => {
    const all = Array.from({ length: CUSTOMERS }, (_, at) => at);
    const feedback = [
      ...all.map(at => told('view_item_list', at)),
      ...all.filter(at => at % (at % 2 === 0 ? 20 : 3) === 0).map(at => told('select_item', at)),
    ];
    await send('feedback', feedback);
    await send('feedback', feedback);
    const orders = [0, 1, 3].map((at): Order => ({
      _id: `o${at}`,
      customerId: `c${at}`,
      placedAt: new Date(BEGAN_MS + DAY_MS),
      status: 'paid',
      currency: 'GBP',
      items: [{ productId: 'p1', quantity: 2, price: 1.5 }],
    }));
    await send('orders', orders);
    await expect.poll(loaded, { timeout: 60_000 }).toBe(0);
    await warehouse.buildModels();

    const { metrics, known_until: knownUntil } = await get('/v1/recommendations/metrics', metricsAnswer);
    expect(knownUntil).not.toBeNull();
    expect(metrics).toMatchObject([
      { version: '1', placement: 'home', customers: 300, impressions: 300, clicks: 30, purchases: 1, revenue: 3 },
      { version: '2', placement: 'home', customers: 300, impressions: 300, clicks: 100, purchases: 2, revenue: 6 },
    ]);
    expect(metrics[0]?.click_through_rate.value).toBe(0.1);
    expect(metrics[0]?.click_through_rate.low).toBeCloseTo(0.0709, 4);
    expect(metrics[1]?.revenue_per_thousand.value).toBeCloseTo(20, 9);
    expect(metrics[1]?.revenue_per_thousand.low).toBe(0);
    const prometheus = await (await ask('/metrics')).text();
    const figures = prometheus.matchAll(
      /^laurel_recommendations_(\w+)\{(?=.*version="2")(?:.*figure="(\w+)")?.*\} (\S+)$/gm,
    );
    expect(
      Object.fromEntries(Array.from(figures, ([, name, figure = '', value]) => [`${name} ${figure}`, Number(value)])),
    ).toEqual({
      'impressions ': 300,
      'click_through_rate value': 1 / 3,
      'click_through_rate low': metrics[1]?.click_through_rate.low,
      'click_through_rate high': metrics[1]?.click_through_rate.high,
      'conversion_rate value': 2 / 300,
      'conversion_rate low': expect.any(Number),
      'conversion_rate high': expect.any(Number),
      'revenue_per_thousand value': expect.closeTo(20, 9),
      'revenue_per_thousand low': 0,
      'revenue_per_thousand high': metrics[1]?.revenue_per_thousand.high,
    });
    const none = await get(`/v1/recommendations/metrics?until=${from}`, metricsAnswer);
    expect(none).toEqual({ known_until: null, metrics: [] });
  });

  test('is compared between versions, in plain words', async () => {
    const clicks = await get(comparison('control=1&treatment=2&measure=click&worth=0.05'), comparisonAnswer);
    expect(clicks).toMatchObject({
      control: { group: '1', customers: 300, mean: 0.1 },
      treatment: { group: '2', customers: 300, mean: 1 / 3 },
      verdict: 'treatment is better',
      text: expect.stringMatching(
        /^The treatment is better: its difference is between \d+\.\d\d percentage points and/,
      ),
    });
    expect(clicks['uplift']).toBeCloseTo(7 / 3, 9);
    expect(await get(comparison('control=2&measure=click&worth=0.05'), comparisonAnswer)).toMatchObject({
      treatment: { group: 'others', customers: 300 },
      verdict: 'control is better',
    });
    expect(await get(comparison('control=1&treatment=2&measure=revenue&worth=5'), comparisonAnswer)).toMatchObject({
      treatment: { mean: 0.02 },
      verdict: 'no difference worth it',
      text: expect.stringContaining('No difference worth 5.00 a customer'),
    });
    expect(await get(comparison('control=holdout&measure=purchase&worth=0.01'), comparisonAnswer)).toMatchObject({
      control: { customers: 0 },
      verdict: 'keep running',
      text: expect.stringContaining('too little has happened yet'),
    });
  });

  test('counts a customer only when their days are over', async () => {
    await warehouse.buildModels({ asOf: new Date(BEGAN_MS + 7 * DAY_MS + 9_500) });
    const early = await get(comparison('control=1&treatment=2&measure=click&worth=0.05'), comparisonAnswer);
    expect(early).toMatchObject({ control: { customers: 5 }, treatment: { customers: 5 }, verdict: 'keep running' });
  });

  test.each([
    [comparison('measure=click&worth=0.01'), 'control'],
    [comparison('control=1&treatment=1&measure=click&worth=0.01'), 'treatment'],
    [comparison('control=1&measure=joy&worth=0.01'), 'measure'],
    [comparison('control=1&measure=click&worth=0'), 'worth'],
    ['/v1/recommendations/comparison?control=1&measure=click&worth=1', 'from'],
    ['/v1/recommendations/metrics?from=monday', 'from'],
  ])('%s is refused by name', async (path, argument) => {
    const response = await ask(path);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(argument);
  });
});
