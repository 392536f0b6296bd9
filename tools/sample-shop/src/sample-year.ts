import { join } from 'node:path';
import { importOrders, type ImportOptions, type ImportReport, type ShopSink } from '@laurel/order-import';
import type { Order } from '@laurel/shop';
import { planSessions } from './browsing/plan-sessions.js';
import { ProductShelf } from './browsing/product-shelf.js';
import { type SampleEvent, sessionEvents } from './browsing/session-events.js';
import { sampleVisitors } from './customers/sample-visitors.js';
import { type SampleProduct, sampleProduct } from './products/sample-product.js';

/** What the simulated part of the sample depends on, unless another is asked for. */
export const SAMPLE_SEED = 20_091_201;

/** The file with the sample's orders. */
export const SAMPLE_ORDERS = join(import.meta.dirname, '..', 'data', 'online-retail-2009-2010.parquet');

/** The sample shop's year: the real orders, and the simulated visits around them. */
export interface SampleYear {
  /** Cancellations among them. */
  readonly orders: readonly Order[];
  readonly products: readonly SampleProduct[];
  /** The ids of those who ordered. */
  readonly customers: readonly string[];
  /** Those who only looked. */
  readonly visitors: ReturnType<typeof sampleVisitors>;
  readonly report: ImportReport;
  readonly visitCount: number;
  /** The events of each visit, in time. */
  visits(): Iterable<readonly SampleEvent[]>;
}

/** Takes the real part batch by batch while it is read. */
export interface SampleSink extends Pick<ShopSink, 'orders' | 'customers'> {
  products(batch: readonly SampleProduct[]): Promise<void>;
}

/** How a year is read. */
export interface SampleYearOptions {
  /** The simulated part depends on nothing but this and `now`. */
  readonly seed: string;
  /** The dates are moved by whole weeks, so that the last order falls into the seven days before this time. */
  readonly now: Date;
  readonly sink?: SampleSink;
  readonly onProgress?: ImportOptions['onProgress'];
  readonly onRow?: ImportOptions['onRow'];
}

/** Reads the sample's orders and plans the visits around them. The same seed and time give the same year. */
export async function readSampleYear({ seed, now, sink, onProgress, onRow }: SampleYearOptions): Promise<SampleYear> {
  const orders: Order[] = [];
  const products: SampleProduct[] = [];
  const customers: string[] = [];
  const collecting: ShopSink = {
    async orders(batch) {
      for (const { order } of batch) orders.push(order);
      await sink?.orders(batch);
    },
    async customers(batch) {
      for (const { _id } of batch) customers.push(_id);
      await sink?.customers(batch);
    },
    async products(batch) {
      const completed = batch.map(product => sampleProduct(product, seed));
      products.push(...completed);
      await sink?.products(completed);
    },
  };
  const report = await importOrders(SAMPLE_ORDERS, collecting, {
    currency: 'GBP',
    timeZone: 'UTC',
    moveDatesTo: now,
    onProgress,
    onRow,
  });
  const visitors = sampleVisitors(seed, new Date(report.firstOrderAt ?? now), now);
  const placed = orders.filter(({ _id }) => !_id.startsWith('C'));
  const period = { firstMs: Date.parse(report.firstOrderAt ?? ''), lastMs: Date.parse(report.lastOrderAt ?? '') };
  const sessions = planSessions(placed, { customers, visitors: visitors.map(({ _id }) => _id) }, period, seed);
  const shelf = new ProductShelf(products, placed);
  return {
    orders,
    products,
    customers,
    visitors,
    report,
    visitCount: sessions.length,
    *visits() {
      for (const [number, session] of sessions.entries()) yield [...sessionEvents(session, number, shelf, seed)];
    },
  };
}
