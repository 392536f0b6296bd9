import { importOrders, type ShopSink } from '@laurel/order-import';
import type { Order } from '@laurel/shop';
import { planSessions } from './browsing/plan-sessions.js';
import { ProductShelf } from './browsing/product-shelf.js';
import { type SampleEvent, sessionEvents } from './browsing/session-events.js';
import { sampleVisitors } from './customers/sample-visitors.js';
import { SAMPLE_ORDERS, SAMPLE_SEED } from './filling/fill-sample-shop.js';
import { type SampleProduct, sampleProduct } from './products/sample-product.js';

/** The sample shop's year as it would be filled into a database, for those who need none. */
export interface SampleHistory {
  /** The real orders, cancellations among them. */
  orders: readonly Order[];
  /** The simulated visits around them, in time. */
  events(): Iterable<SampleEvent>;
}

/** Reads the sample's orders, moved to end before `now`, and plans the visits around them. */
export async function sampleHistory(now: Date): Promise<SampleHistory> {
  const seed = String(SAMPLE_SEED);
  const orders: Order[] = [];
  const products: SampleProduct[] = [];
  const customers: string[] = [];
  const sink: ShopSink = {
    orders: batch => done(() => orders.push(...batch.map(({ order }) => order))),
    customers: batch => done(() => customers.push(...batch.map(({ _id }) => _id))),
    products: batch => done(() => products.push(...batch.map(product => sampleProduct(product, seed)))),
  };
  const report = await importOrders(SAMPLE_ORDERS, sink, { currency: 'GBP', timeZone: 'UTC', moveDatesTo: now });
  const visitors = sampleVisitors(seed, new Date(report.firstOrderAt ?? now), now).map(({ _id }) => _id);
  const placed = orders.filter(({ _id }) => !_id.startsWith('C'));
  const period = { firstMs: Date.parse(report.firstOrderAt ?? ''), lastMs: Date.parse(report.lastOrderAt ?? '') };
  const sessions = planSessions(placed, { customers, visitors }, period, seed);
  const shelf = new ProductShelf(products, placed);
  return {
    orders,
    *events() {
      for (const [number, session] of sessions.entries()) yield* sessionEvents(session, number, shelf, seed);
    },
  };
}

function done(work: () => unknown): Promise<void> {
  work();
  return Promise.resolve();
}
