import type { SimulatedShop } from './simulated-shop.js';

const DAY_MS = 86_400_000;

/** Repeatable numbers below 1 (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Writes into a shop, and changes it again and again: what a real one does, and what it should not. */
export class SimulatedHistory {
  private next = 0;

  constructor(
    private readonly shop: SimulatedShop,
    private readonly random: () => number,
    private readonly now: Date,
    private readonly windowDays: number,
  ) {}

  customers(count: number): void {
    for (let i = 0; i < count; i++)
      this.shop.put('customers', { _id: `c${i}`, country: 'France', createdAt: this.now });
  }

  orders(count: number): void {
    for (let i = 0; i < count; i++) this.shop.put('orders', this.order(`o${++this.next}`));
  }

  events(count: number): void {
    for (let i = 0; i < count; i++) this.shop.put('events', this.event(`e${++this.next}`));
  }

  /** Updates, moves, cancels, deletes and brings back, at random. */
  turmoil(count: number): void {
    const [orders, events] = [this.shop.ids('orders'), this.shop.ids('events')];
    for (let i = 0; i < count; i++) {
      const order = this.pick(orders);
      const event = this.pick(events);
      const what = this.random();
      if (what < 0.15) this.shop.put('orders', { ...this.order(order), status: 'cancelled' });
      else if (what < 0.3) this.shop.put('orders', this.order(order));
      else if (what < 0.4) this.shop.remove('orders', order);
      else if (what < 0.65) this.shop.put('events', this.event(event));
      else if (what < 0.85) this.shop.remove('events', event);
      else if (what < 0.9) this.shop.remove('customers', this.customer());
      else this.shop.put('customers', { _id: this.customer(), country: 'Norway', createdAt: this.now });
    }
  }

  private order(_id: string) {
    const items = Array.from({ length: 1 + this.whole(5) }, (_, line) => ({
      productId: `p${this.whole(40)}`,
      name: `Product ${line}`,
      quantity: 1 + this.whole(12),
      price: this.whole(100_000) / 100,
    }));
    return {
      _id,
      customerId: this.customer(),
      placedAt: new Date(this.timeMs()),
      status: this.pick(['placed', 'paid', 'shipped', 'refunded']),
      currency: 'GBP',
      items,
    };
  }

  private event(_id: string) {
    const purchase = this.random() < 0.1;
    const session = this.random();
    return {
      _id,
      event_name: purchase ? 'purchase' : 'view_item',
      event_timestamp: this.timeMs() * 1000 + this.whole(1000),
      user_pseudo_id: this.customer(),
      event_params: [
        ...(session < 0.8
          ? [
              {
                key: 'ga_session_id',
                value: session < 0.7 ? { int_value: this.whole(30) } : { string_value: `s${this.whole(5)}` },
              },
            ]
          : []),
        ...(this.random() < 0.7 ? [{ key: 'engagement_time_msec', value: { int_value: this.whole(100_000) } }] : []),
      ],
      ...(purchase && {
        items: [{ item_id: 'p1', item_name: 'One', price: this.whole(10_000) / 100, quantity: 1 + this.whole(3) }],
        ecommerce: {
          transaction_id: this.pick([`o${this.whole(this.next)}`, `t${this.whole(50)}`]),
          ...(this.random() < 0.7 && { purchase_revenue: this.whole(100_000) / 100 }),
        },
      }),
    };
  }

  private timeMs(): number {
    const startMs = this.now.getTime() - this.windowDays * DAY_MS;
    if (this.random() < 0.02) return startMs - this.whole(2);
    return startMs + Math.floor((this.random() * 1.4 - 0.3) * this.windowDays * DAY_MS);
  }

  private customer(): string {
    return this.random() < 0.1 ? `visitor${this.whole(40)}` : `c${this.whole(200)}`;
  }

  private whole(below: number): number {
    return Math.floor(this.random() * below);
  }

  private pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    const value = list[this.whole(list.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }
}
