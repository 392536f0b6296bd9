import { MongoClient, type Db } from 'mongodb';
import { storedOrder, storedProduct, type ImportOptions } from '@laurel/order-import';
import { storedEvent } from '../browsing/stored-event.js';
import { sampleCustomer } from '../customers/sample-customer.js';
import { readSampleYear, SAMPLE_SEED } from '../sample-year.js';
import { MissingDocuments } from './missing-documents.js';
import { readMarker, sampleShopState, writeMarker } from './sample-marker.js';
import type { SampleShopReport } from './sample-shop-report.js';
import { ShopNotEmptyError } from './shop-not-empty-error.js';

const BATCH = 5000;
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
  const year = await readSampleYear({
    seed,
    now,
    sink: {
      orders: batch =>
        writer.insert(
          'orders',
          batch.map(({ order }) => storedOrder(order)),
        ),
      customers: batch =>
        writer.insert(
          'customers',
          batch.map(customer => sampleCustomer(customer, seed, now)),
        ),
      products: batch => writer.insert('products', batch.map(storedProduct)),
    },
    onProgress: (done, total) => options.onProgress?.((0.5 * done) / total, 'reading orders'),
    onRow: options.onRow,
  });
  await writer.insert('customers', year.visitors);
  let [visits, events] = [0, 0];
  let batch: ReturnType<typeof storedEvent>[] = [];
  for (const visit of year.visits()) {
    visits++;
    batch.push(...visit.map(storedEvent));
    if (batch.length < BATCH) continue;
    await writer.insert('events', batch);
    events += batch.length;
    batch = [];
    options.onProgress?.(0.5 + (0.5 * visits) / year.visitCount, 'simulating visits');
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
      products: year.products.length,
      customers: year.customers.length + year.visitors.length,
      orders: year.orders.length,
      events,
    },
    orders: year.report,
    elapsedMs: performance.now() - startedMs,
  };
}
