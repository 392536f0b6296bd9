import { join } from 'node:path';
import { decodeChange, MalformedChangeError } from '@laurel/change-log';
import { Money, SHOP_COLLECTIONS } from '@laurel/shop';
import { type ChangelogRow, DuckDbWarehouse } from '@laurel/warehouse';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { RunningFeatureService } from '../testing/running-feature-service.js';
import { numbers, SimulatedHistory } from '../testing/simulated-history.js';
import { SimulatedShop } from '../testing/simulated-shop.js';

const WINDOW_DAYS = 60;
const DEADLINE = { timeout: 60_000, interval: 100 };
const now = new Date();

const rowSchema = z.object({
  user_pseudo_id: z.string(),
  session_count: z.number(),
  total_time_spend_by_user_in_msec: z.number(),
  average_order_value: z.number(),
  no_of_orders: z.number(),
  revenue: z.string().transform(text => Money.toNumber(Money.of(text))),
  first_order_at: z.date().nullable(),
  last_order_at: z.date().nullable(),
});

const answerSchema = z.object({
  features: z.array(
    z.object({
      customer_id: z.string(),
      session_count: z.number(),
      total_time_spend_by_user_in_msec: z.number(),
      average_order_value: z.number(),
      no_of_orders: z.number(),
      revenue: z.number(),
      first_order_at: z.string().nullable(),
      last_order_at: z.string().nullable(),
    }),
  ),
  unknown: z.array(z.string()),
});

describe('the feature service', () => {
  let service: RunningFeatureService;
  let shop: SimulatedShop;
  let history: SimulatedHistory;
  let warehouses = 0;

  beforeAll(async () => {
    service = await RunningFeatureService.start(
      { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') },
      WINDOW_DAYS,
    );
    const { topicPrefix, shopDatabase } = service.context.settings;
    shop = new SimulatedShop(service.transport, topicPrefix, shopDatabase);
    history = new SimulatedHistory(shop, numbers(11), now, WINDOW_DAYS);
    history.customers(150);
    history.orders(800);
    history.events(6000);
    await shop.flush();
  });

  afterAll(() => service.stop());

  /** Every customer's features by the API, with everything about dates as text. */
  async function streamed(ids: readonly string[], asOf: Date): Promise<Map<string, unknown>> {
    const response = await service.call(`/v1/features?as_of=${asOf.toISOString()}`, {
      method: 'POST',
      body: JSON.stringify({ customer_ids: ids }),
    });
    expect(response.status).toBe(200);
    const { features } = answerSchema.parse(await response.json());
    return new Map(features.map(({ customer_id, ...rest }) => [customer_id, rest]));
  }

  /** Every customer's features by the warehouse's SQL, from the same log. */
  async function batched(asOf: Date): Promise<Map<string, unknown>> {
    const warehouse = await DuckDbWarehouse.open({ path: join(service.home, `${++warehouses}.duckdb`) });
    try {
      await loadEverything(warehouse);
      await warehouse.buildModels({ select: ['user_features'], asOf, windowDays: WINDOW_DAYS });
      const rows = await warehouse.query('SELECT * FROM laurel.user_features ORDER BY user_pseudo_id', rowSchema);
      return new Map(
        rows.map(({ user_pseudo_id, first_order_at, last_order_at, ...rest }) => [
          user_pseudo_id,
          {
            ...rest,
            first_order_at: first_order_at?.toISOString() ?? null,
            last_order_at: last_order_at?.toISOString() ?? null,
          },
        ]),
      );
    } finally {
      await warehouse.close();
    }
  }

  /** Loads the log as the ingester does: the first copy of every change, malformed ones left out. */
  async function loadEverything(warehouse: DuckDbWarehouse): Promise<void> {
    for (const topic of SHOP_COLLECTIONS.map(collection => service.topics.changes(collection))) {
      for (const { partition, end } of await service.transport.offsets(topic)) {
        const rows: ChangelogRow[] = [];
        const seen = new Set<string>();
        await service.transport.readToEnd(topic, partition, batch => {
          for (const message of batch.messages) {
            const change = decoded(topic, message);
            if (!change || seen.has(change.eventId)) continue;
            seen.add(change.eventId);
            rows.push({ ...change, key: change.id, sourceTs: change.at, partition, offset: message.offset });
          }
          return Promise.resolve();
        });
        await warehouse.append({
          topic,
          partition,
          rows,
          position: { previousOffset: null, nextOffset: end, highSeq: null },
        });
      }
    }
  }

  function decoded(topic: string, message: Parameters<typeof decodeChange>[2]) {
    try {
      return decodeChange(service.topics, topic, message);
    } catch (error) {
      if (error instanceof MalformedChangeError) return undefined;
      throw error;
    }
  }

  async function expectEqual(): Promise<void> {
    const expected = await batched(now);
    expect(expected.size).toBeGreaterThan(150);
    const ids = [
      ...Array.from({ length: 220 }, (_, i) => `c${i}`),
      ...Array.from({ length: 60 }, (_, i) => `visitor${i}`),
    ];
    await vi.waitFor(
      async () => expect(Object.fromEntries(await streamed(ids, now))).toEqual(Object.fromEntries(expected)),
      DEADLINE,
    );
  }

  it('gives the same features as the SQL, to the last bit', expectEqual);

  it('gives the same features after updates, moves, cancellations and deletes', async () => {
    for (let round = 0; round < 5; round++) {
      history.turmoil(300);
      await shop.flush();
    }
    await expectEqual();
  });

  it('gives the same features after everything has been sent again, and after a restart', async () => {
    await shop.replay();
    await service.restart();
    shop.put('customers', { _id: 'c219', country: 'France', createdAt: now });
    await shop.flush();
    await vi.waitFor(async () => expect((await service.call('/v1/features/c219')).status).toBe(200), DEADLINE);
    await expectEqual();
  });

  it('leaves malformed documents out and goes on', async () => {
    shop.put('orders', {
      _id: 'bad',
      customerId: 'c1',
      placedAt: 'yesterday',
      status: 'paid',
      currency: 'GBP',
      items: 'two lamps',
    });
    shop.put('orders', { _id: 'good', customerId: 'c1', placedAt: now, status: 'paid', currency: 'GBP', items: [] });
    await shop.flush();
    await expectEqual();
  });

  it('publishes every customer with what the API says, and a tombstone for one of whom nothing is left', async () => {
    shop.put('customers', { _id: 'passer-by', createdAt: now });
    await shop.flush();
    await vi.waitFor(
      async () =>
        expect((await service.published()).get('passer-by')).toMatchObject({ no_of_orders: 0, session_count: 0 }),
      DEADLINE,
    );
    const before = (await service.published()).get('passer-by');
    shop.remove('customers', 'passer-by');
    shop.put('orders', {
      _id: 'fresh',
      customerId: 'c2',
      placedAt: now,
      status: 'paid',
      currency: 'GBP',
      items: [{ productId: 'p', quantity: 1, price: 5 }],
    });
    await shop.flush();
    await vi.waitFor(async () => expect((await service.published()).get('passer-by')).toBeNull(), DEADLINE);
    expect(before).toHaveProperty('version');
    expect((await service.call('/v1/features/passer-by')).status).toBe(404);
    await vi.waitFor(async () => {
      const published = [...(await service.published())].filter(([, value]) => value !== null);
      const answers = await streamed(
        published.map(([id]) => id),
        now,
      );
      expect(published.length).toBe(answers.size);
      for (const [id, value] of published)
        expect(value, id).toMatchObject({ customer_id: id, no_of_orders: expect.any(Number) as number });
    }, DEADLINE);
  });

  it('names what is wrong with a request', async () => {
    const wrong = async (path: string, body?: unknown) => {
      const response = await service.call(
        path,
        body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
      );
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      return `${response.status} ${await response.text()}`;
    };
    expect(await wrong('/v1/features/nobody')).toMatch(/^404.*nobody/);
    expect(await wrong('/v1/features/c1?as_of=yesterday')).toMatch(/^400.*as_of/);
    expect(await wrong('/v1/features', { customer_ids: [] })).toMatch(/^400.*customer_ids/);
    expect(await wrong('/v1/features', { customer_ids: Array.from({ length: 1001 }, String) })).toMatch(/^400.*1000/);
  });

  it('serves its OpenAPI document', async () => {
    const document = z
      .object({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) })
      .parse(await (await service.call('/openapi.json')).json());
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/features/{customer}', '/v1/features']));
  });
});
