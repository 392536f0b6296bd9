import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from '@laurel/shop';
import { type Db, Double, Long } from 'mongodb';

const EVERY_MS = 20;
const TENTHS = { orders: 1, prices: 1, views: 8 } as const;

/** What goes on in a shop meanwhile: of ten changes eight views, one new price and one order, at a steady rate. */
export class ShopTraffic {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private startedMs = 0;
  private changes = 0;

  /** `orders` are those it draws from. */
  constructor(
    private readonly shop: Db,
    private readonly orders: readonly Order[],
    private readonly perSecond: number,
  ) {}

  start(): void {
    this.startedMs = performance.now();
    this.loop = this.run();
    this.loop.catch(() => undefined);
  }

  /** @throws whatever a change has failed with. */
  async until(timeMs: number): Promise<void> {
    await Promise.race([sleep(Math.max(0, timeMs - performance.now())), this.loop]);
  }

  /** Returns the changes written a second. */
  async stop(): Promise<number> {
    const seconds = (performance.now() - this.startedMs) / 1000;
    this.stopping.abort();
    await this.loop;
    return this.changes / seconds;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const due = ((performance.now() - this.startedMs) / 1000) * this.perSecond - this.changes;
      const tenths = Math.floor(due / 10);
      if (tenths > 0) await this.write(tenths);
      await sleep(EVERY_MS);
    }
  }

  private async write(tenths: number): Promise<void> {
    const drawn = (count: number) => Array.from({ length: count * tenths }, (_, at) => this.orderAt(this.changes + at));
    const [orders, events] = ['orders', 'events'].map(name => this.shop.collection<{ _id: string }>(name));
    const products = this.shop.collection<{ _id: string }>('products');
    await Promise.all([
      orders?.insertMany(
        drawn(TENTHS.orders).map(order => ({ ...order, _id: `traffic-${randomUUID()}`, placedAt: new Date() })),
      ),
      events?.insertMany(drawn(TENTHS.views).map(viewOf)),
      products.bulkWrite(
        drawn(TENTHS.prices).map(({ items: [line] }, at) => ({
          updateOne: {
            filter: { _id: line?.productId ?? '' },
            update: { $set: { price: new Double(1 + ((this.changes + at) % 1000) / 100) } },
          },
        })),
      ),
    ]);
    this.changes += tenths * 10;
  }

  private orderAt(number: number): Order {
    const order = this.orders[(number * 7919) % this.orders.length];
    if (!order) throw new Error('there are no orders to draw from');
    return order;
  }
}

function viewOf({ customerId, items: [line] }: Order) {
  return {
    _id: `view-${randomUUID()}`,
    event_name: 'view_item',
    event_timestamp: Long.fromNumber(Date.now() * 1000),
    user_pseudo_id: customerId,
    event_params: [{ key: 'ga_session_id', value: { int_value: 1 } }],
    items: [{ item_id: line?.productId ?? '', quantity: 1 }],
  };
}
