import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  countedOrderLines,
  INTEREST_WEIGHTS,
  deserializeAffinityModel,
  ModelRegistry,
  productInterests,
  TrainingRuns,
  type OrderLine,
  type ProductInterest,
} from '@laurel/learning';
import { DuckDbWarehouse, type ChangelogRow, type PlainDocument } from '@laurel/warehouse';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { z } from 'zod';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readModelCollections } from '../read-model/collections.js';
import { affinityTraining } from './affinity-training.js';

let folder: string;
let mongo: MongoClient;
let warehouse: DuckDbWarehouse;
const database = `training_${randomUUID().slice(0, 8)}`;

const KINDS = 4;
const PER_KIND = 6;

/** Forty customers of four tastes with three orders each; each order holds three products of the taste, and the last one is cancelled. */
function orders(): (PlainDocument & { _id: string })[] {
  return Array.from({ length: 160 }, (_, at) => {
    const customer = at % 40;
    const round = Math.floor(at / 40);
    const product = (line: number) => `p${customer % KINDS}-${(customer + round * 2 + line) % PER_KIND}`;
    return {
      _id: `o${at}`,
      customerId: `c${customer}`,
      placedAt: new Date(Date.UTC(2026, 0, 1 + round, 0, at)),
      status: at === 159 ? 'cancelled' : 'paid',
      currency: 'GBP',
      items: [0, 1, 2].map(line => ({ productId: product(line), name: product(line), quantity: line + 1, price: 2.5 })),
    };
  });
}

/** Looks at products, some by a visitor, the first of them a hundred days before the last. */
function views(): (PlainDocument & { _id: string })[] {
  return ['2025-12-01', '2026-03-01', '2026-03-10'].flatMap((day, at) =>
    ['c1', 'visitor'].map(user => ({
      _id: `view-${at}-${user}`,
      event_name: at === 1 ? 'add_to_cart' : 'view_item',
      event_timestamp: Date.parse(`${day}T10:00:00Z`) * 1000,
      user_pseudo_id: user,
      items: [{ item_id: `p${at}-0` }],
    })),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'affinity-'));
  warehouse = await DuckDbWarehouse.open({ path: join(folder, 'warehouse.duckdb') });
  mongo = await new MongoClient(inject('mongodbUri')).connect();
  const documents = [
    ...orders().map(document => ({ collection: 'orders' as const, document })),
    ...views().map(document => ({ collection: 'events' as const, document })),
  ];
  const rows = documents.map(({ collection, document }, at): ChangelogRow => {
    const change = {
      collection,
      eventId: `e${at}`,
      seq: `000001/${String(at).padStart(16, '0')}`,
      op: 'c' as const,
      key: document._id,
    };
    return { ...change, sourceTs: new Date(), partition: 0, offset: BigInt(at), document };
  });
  const { rejected } = await warehouse.append({ topic: 'orders', partition: 0, rows, position: null });
  expect(rejected).toEqual([]);
});

afterAll(async () => {
  await warehouse?.close();
  await mongo?.db(database).dropDatabase();
  await mongo?.close();
  await rm(folder, { recursive: true, force: true });
});

const metricsSchema = z.object({
  validation: z.record(z.string(), z.number()),
  byTier: z.array(z.object({ tier: z.string(), users: z.number() })),
  data: z.object({
    parts: z.array(z.object({ customers: z.number() })),
    interests: z.object({ view: z.number(), cart: z.number() }),
    verdict: z.object({ fit: z.boolean() }),
  }),
});

test('training reads every line of every order that counts', async () => {
  const lines: OrderLine[] = [];
  for await (const line of countedOrderLines(warehouse)) lines.push(line);
  expect(lines).toHaveLength(159 * 3);
  expect(lines.find(({ orderId, productId }) => orderId === 'o0' && productId === 'p0-2')).toEqual({
    customerId: 'c0',
    orderId: 'o0',
    orderedAtMs: Date.UTC(2026, 0, 1),
    productId: 'p0-2',
    quantity: 3,
  });
});

test('training reads what was looked at and put into the cart on the last days of it', async () => {
  const interests: ProductInterest[] = [];
  for await (const interest of productInterests(warehouse, 10)) interests.push(interest);
  const known = (customerId: string) => [
    { customerId, productId: 'p1-0', kind: 'cart', atMs: Date.UTC(2026, 2, 1, 10) },
    { customerId, productId: 'p2-0', kind: 'view', atMs: Date.UTC(2026, 2, 10, 10) },
  ];
  expect(interests.sort((a, b) => (a.customerId + a.kind < b.customerId + b.kind ? -1 : 1))).toEqual([
    ...known('c1'),
    ...known('visitor'),
  ]);
});

test('a run that is asked for ends with a verified model that serves', async () => {
  const db = mongo.db(database);
  const registry = new ModelRegistry(db);
  const runs = new TrainingRuns(db);
  await Promise.all([registry.prepare(), runs.prepare()]);
  const worker = affinityTraining({
    settings: { trainer: 'embedded', interestDays: 90, interestWeights: INTEREST_WEIGHTS },
    laurelDb: db,
    warehouse,
    logger: pino({ level: 'silent' }),
  });
  worker.start();
  try {
    const tierOf = (name: 'GOLD' | 'BRONZE') => ({ name, perks: [], decidedAt: new Date() });
    const profile = { registered: true, features: null, featuresVersion: 0 };
    await readModelCollections(db).profiles.insertMany(
      Array.from({ length: 40 }, (_, at) => ({
        ...profile,
        _id: `c${at}`,
        tier: at === 0 ? null : tierOf(at < 30 ? 'BRONZE' : 'GOLD'),
      })),
    );
    const id = await runs.request('product_affinity');
    await expect
      .poll(async () => (await runs.get(id))?.status, { timeout: 90_000, interval: 200 })
      .not.toMatch(/queued|running/);
    expect(await runs.get(id)).toMatchObject({ status: 'succeeded', promoted: true });
    const live = await registry.live('product_affinity');
    const model = deserializeAffinityModel(await registry.load(live!));
    expect(model.itemIds).toHaveLength(KINDS * PER_KIND);
    expect(live?.metrics).toHaveProperty('NDCG5');
    const { validation, byTier, data } = metricsSchema.parse(live?.metrics);
    // Only the customer whose last order is cancelled is left with something new in the one before.
    expect(byTier).toEqual([{ tier: 'GOLD', users: 1 }]);
    expect(Object.keys(validation).filter(name => name.endsWith('-interests'))).toHaveLength(2);
    expect(data).toMatchObject({ parts: [{ customers: 40 }, {}, {}], interests: { view: 2, cart: 2 } });
    expect(data.verdict.fit).toBe(true);
  } finally {
    await worker.stop();
  }
});
