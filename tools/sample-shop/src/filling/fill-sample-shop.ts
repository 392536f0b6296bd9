import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import {
  importOrders,
  storedOrder,
  storedProduct,
  type ImportOptions,
  type ImportReport,
  type ShopSink,
} from '@laurel/order-import';
import type { Order } from '@laurel/shop';
import { planSessions } from '../browsing/plan-sessions.js';
import { ProductShelf } from '../browsing/product-shelf.js';
import { sessionEvents } from '../browsing/session-events.js';
import { storedEvent } from '../browsing/stored-event.js';
import { sampleCustomer } from '../customers/sample-customer.js';
import { sampleVisitors } from '../customers/sample-visitors.js';
import { sampleProduct, type SampleProduct } from '../products/sample-product.js';
import { MissingDocuments } from './missing-documents.js';
import { readMarker, sampleShopState, writeMarker } from './sample-marker.js';
import type { SampleShopReport } from './sample-shop-report.js';
import { ShopNotEmptyError } from './shop-not-empty-error.js';

const BATCH = 5000;
/** What the simulated part of the sample depends on, unless another is asked for. */
export const SAMPLE_SEED = 20_091_201;

/** The file with the sample's orders. */
export const SAMPLE_ORDERS = join(import.meta.dirname, '..', '..', 'data', 'online-retail-2009-2010.parquet');

/** Where and from what to fill the sample shop. */
export interface FillOptions {
  readonly mongodbUri: string;
  readonly database: string;
  /** The simulated part depends on nothing but this and `now`. */
  readonly seed?: number | undefined;
  /** The last order falls into the seven days before this time. */
  readonly now?: Date | undefined;
  /** How far the filling is, from 0 to 1, and what is being done. */
  readonly onProgress?: ((done: number, stage: string) => void) | undefined;
  /** Called for every row of the real orders that was repaired or refused. */
  readonly onRow?: ImportOptions['onRow'];
}

/**
 * Fills an empty database with the sample shop: a real year of orders, its dates moved by whole weeks to end before `now`, with simulated
 * browsing, contact data, consent and stock around it. The same seed and time give the same documents. A filling that was cut is completed
 * with the seed and time it began with; a shop that is filled is left alone.
 *
 * @throws ShopNotEmptyError when the database holds a shop of its own.
 */
export async function fillSampleShop(options: FillOptions): Promise<SampleShopReport> {
  const client = new MongoClient(options.mongodbUri, { serverSelectionTimeoutMS: 10_000 });
  try {
    await client.connect();
    return await fill(client.db(options.database), options);
  } finally {
    await client.close();
  }
}

async function fill(db: Db, options: FillOptions): Promise<SampleShopReport> {
  const startedMs = performance.now();
  const state = await sampleShopState(db);
  if (state === 'other') throw new ShopNotEmptyError(db.databaseName);
  const marker = await readMarker(db);
  const seed = marker?.seed ?? String(options.seed ?? SAMPLE_SEED);
  const now = marker?.now ?? options.now ?? new Date();
  const nothing = { products: 0, customers: 0, orders: 0, events: 0 };
  if (state === 'filled')
    return { state, seed, now, inserted: nothing, documents: nothing, orders: null, elapsedMs: 0 };
  await writeMarker(db, { seed, now, filledAt: null });

  const writer = new MissingDocuments(db);
  const { orders, products, customers, report } = await fillOrders(writer, seed, now, options);
  const visitors = sampleVisitors(seed, new Date(report.firstOrderAt ?? now), now);
  await writer.insert('customers', visitors);
  const placed = orders.filter(({ _id }) => !_id.startsWith('C'));
  const period = { firstMs: Date.parse(report.firstOrderAt ?? ''), lastMs: Date.parse(report.lastOrderAt ?? '') };
  const sessions = planSessions(placed, { customers, visitors: visitors.map(({ _id }) => _id) }, period, seed);
  const shelf = new ProductShelf(products, placed);
  let events = 0;
  let batch: ReturnType<typeof storedEvent>[] = [];
  for (const [number, session] of sessions.entries()) {
    for (const event of sessionEvents(session, number, shelf, seed)) batch.push(storedEvent(event));
    if (batch.length < BATCH) continue;
    await writer.insert('events', batch);
    events += batch.length;
    batch = [];
    options.onProgress?.(0.5 + (0.5 * (number + 1)) / sessions.length, 'simulating visits');
  }
  await writer.insert('events', batch);
  events += batch.length;
  await writer.settled();
  options.onProgress?.(1, 'filled');
  await writeMarker(db, { seed, now, filledAt: new Date() });
  return {
    state,
    seed,
    now,
    inserted: writer.inserted,
    documents: {
      products: products.length,
      customers: customers.length + visitors.length,
      orders: orders.length,
      events,
    },
    orders: report,
    elapsedMs: performance.now() - startedMs,
  };
}

async function fillOrders(
  writer: MissingDocuments,
  seed: string,
  now: Date,
  { onProgress, onRow }: Pick<FillOptions, 'onProgress' | 'onRow'>,
): Promise<{
  orders: readonly Order[];
  products: readonly SampleProduct[];
  customers: readonly string[];
  report: ImportReport;
}> {
  const orders: Order[] = [];
  const products: SampleProduct[] = [];
  const customers: string[] = [];
  const sink: ShopSink = {
    async orders(batch) {
      for (const { order } of batch) orders.push(order);
      await writer.insert(
        'orders',
        batch.map(({ order }) => storedOrder(order)),
      );
    },
    async customers(batch) {
      for (const { _id } of batch) customers.push(_id);
      await writer.insert(
        'customers',
        batch.map(customer => sampleCustomer(customer, seed, now)),
      );
    },
    async products(batch) {
      const completed = batch.map(product => sampleProduct(product, seed));
      products.push(...completed);
      await writer.insert('products', completed.map(storedProduct));
    },
  };
  const report = await importOrders(SAMPLE_ORDERS, sink, {
    currency: 'GBP',
    timeZone: 'UTC',
    moveDatesTo: now,
    onProgress: (done, total) => onProgress?.((0.5 * done) / total, 'reading orders'),
    onRow,
  });
  return { orders, products, customers, report };
}
