import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Money, sessionIdOf, shopEventSchema, type Order, type Product } from '@laurel/shop';
import { ProductShelf } from './product-shelf.js';
import { sessionEvents } from './session-events.js';

const products: readonly Product[] = Array.from({ length: 12 }, (_, index) => ({
  _id: `p${index}`,
  name: `Product ${index}`,
  category: index % 2 ? 'Bags' : 'Kitchen',
  price: 0.85 + index,
}));
const order: Order = {
  _id: '489434',
  customerId: '13085',
  placedAt: new Date('2026-05-05T10:00:00Z'),
  status: 'placed',
  currency: 'GBP',
  items: products
    .slice(0, 5)
    .map(({ _id, name, price }, index) => ({ productId: _id, name, price, quantity: index + 1 })),
};
const shelf = new ProductShelf(products, [order]);
const events = (seed: string, placed: Order | undefined, number = 7) =>
  sessionEvents({ customerId: '13085', endMs: order.placedAt.getTime(), order: placed }, number, shelf, seed);

describe('a visit with an order', () => {
  it('ends with the purchase of exactly that order at its time', () => {
    fc.assert(
      fc.property(fc.string(), seed => {
        const purchase = events(seed, order).at(-1);
        const revenue = order.items.reduce(
          (sum, { price, quantity }) => sum + Money.times(Money.of(price), Money.of(quantity)),
          0n,
        );
        expect(purchase).toMatchObject({
          event_name: 'purchase',
          event_timestamp: order.placedAt.getTime() * 1000,
          ecommerce: { transaction_id: '489434', purchase_revenue: Money.toNumber(revenue), unique_items: 5 },
        });
        expect(purchase?.items?.map(({ item_id, quantity, price }) => [item_id, quantity, price])).toEqual(
          order.items.map(({ productId, quantity, price }) => [productId, quantity, price]),
        );
      }),
    );
  });

  it('begins with a session and passes the cart', () => {
    const names = events('x', order).map(({ event_name }) => event_name);
    expect(names.slice(0, 2)).toEqual(['session_start', 'view_item']);
    expect(names.slice(-2)).toEqual(['add_to_cart', 'purchase']);
  });

  it('views products that are not bought as well as bought ones', () => {
    const viewed = Array.from({ length: 50 }, (_, number) =>
      events('x', order, number).filter(({ event_name }) => event_name === 'view_item'),
    )
      .flat()
      .map(event => event.items?.[0]?.item_id ?? '');
    const bought = new Set(order.items.map(({ productId }) => productId));
    expect(viewed.some(id => bought.has(id))).toBe(true);
    expect(viewed.some(id => !bought.has(id))).toBe(true);
  });
});

it('a visit without an order never purchases, and some abandon a cart', () => {
  const names = Array.from({ length: 200 }, (_, number) =>
    events('x', undefined, number).map(({ event_name }) => event_name),
  ).flat();
  expect(names).not.toContain('purchase');
  expect(names).toContain('add_to_cart');
});

it('every event has the shape of Google Analytics 4, one session, a mark, and an id that rises with time', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (seed, buys) => {
      const visit = events(seed, buys ? order : undefined);
      for (const event of visit) expect(shopEventSchema.safeParse(event).success && event.simulated).toBe(true);
      expect(new Set(visit.map(sessionIdOf)).size).toBe(1);
      const ids = visit.map(({ _id }) => _id);
      expect(ids.toSorted()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
