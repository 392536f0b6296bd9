import { countedOrder, Money, type Order, type ShopEvent } from '@laurel/shop';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentChange, foldOrders, namedPurchase, type OrderChange, type OrderState } from './order-fold.js';

function order(id: string, customerId: string, price: number, status: Order['status'] = 'paid'): Order {
  return {
    _id: id,
    customerId,
    placedAt: new Date(1000),
    status,
    currency: 'GBP',
    items: [{ productId: 'p', quantity: 2, price }],
  };
}

function purchase(
  id: string,
  user: string,
  transaction: string,
  revenue: number | null = 7.25,
  timestamp = 5_000_000,
): ShopEvent {
  return {
    _id: id,
    event_name: 'purchase',
    event_timestamp: timestamp,
    user_pseudo_id: user,
    items: [{ item_id: 'p', price: 3, quantity: 2 }],
    ecommerce: { transaction_id: transaction, purchase_revenue: revenue },
  };
}

let counter = 0;
const seq = () => String(++counter).padStart(6, '0');
const document = (id: string, value: Order | null): OrderChange => documentChange(id, seq(), value);
const event = (eventId: string, value: ShopEvent | null): OrderChange => {
  const at = seq();
  return { kind: 'event', eventId, seq: at, purchase: namedPurchase(eventId, at, value) };
};

describe('foldOrders', () => {
  it('counts an order once that comes as event and as document; the document wins', () => {
    const { changed } = foldOrders([], [event('e', purchase('e', 'ann', 't')), document('t', order('t', 'ann', 2.55))]);
    expect(changed.map(({ counted }) => counted)).toEqual([
      { customerId: 'ann', placedAt: new Date(1000), value: '5.1' },
    ]);
  });

  it('lets the event count again when the document is deleted, and nothing when the document says cancelled', () => {
    const both = foldOrders(
      [],
      [event('e', purchase('e', 'ann', 't')), document('t', order('t', 'ann', 2.55, 'cancelled'))],
    ).changed;
    expect(both[0]?.counted).toBeNull();
    const { changed } = foldOrders(both, [document('t', null)]);
    expect(changed[0]?.counted?.value).toBe('7.25');
  });

  it('moves a purchase to another transaction, and tells both customers when an order changes hands', () => {
    const before = foldOrders([], [event('e', purchase('e', 'ann', 't1'))]).changed;
    const { changed, removed, customers } = foldOrders(before, [event('e', purchase('e', 'bob', 't2'))]);
    expect(removed).toEqual(['t1']);
    expect(changed.map(({ _id }) => _id)).toEqual(['t2']);
    expect([...customers].sort()).toEqual(['ann', 'bob']);
  });

  it('forgets a purchase event by its id alone', () => {
    const before = foldOrders([], [event('e', purchase('e', 'ann', 't'))]).changed;
    expect(foldOrders(before, [event('e', null)]).removed).toEqual(['t']);
  });

  it('tells nobody when nothing that counts has changed', () => {
    const before = foldOrders([], [document('t', order('t', 'ann', 2.55, 'placed'))]).changed;
    expect([...foldOrders(before, [document('t', order('t', 'ann', 2.55, 'shipped'))]).customers]).toEqual([]);
  });

  it('ends at what countedOrder says of the last evidence, however the changes are cut and sent again', () => {
    const orderChange = fc.record({
      kind: fc.constant('document' as const),
      id: fc.constantFrom('t0', 't1', 't2'),
      customer: fc.option(fc.constantFrom('ann', 'bob')),
      price: fc.integer({ min: 0, max: 500 }).map(pence => pence / 100),
      status: fc.constantFrom('paid' as const, 'cancelled' as const),
    });
    const eventChange = fc.record({
      kind: fc.constant('event' as const),
      id: fc.constantFrom('e0', 'e1', 'e2', 'e3'),
      customer: fc.option(fc.constantFrom('ann', 'bob')),
      transaction: fc.constantFrom('t0', 't1', 't2'),
      revenue: fc.option(fc.integer({ min: 0, max: 500 }).map(pence => pence / 100)),
      timestamp: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(orderChange, eventChange), { maxLength: 30 }),
        fc.array(fc.nat(8), { maxLength: 8 }),
        fc.nat(30),
        (log, cuts, again) => {
          const documents = new Map<string, Order | null>();
          const events = new Map<string, ShopEvent | null>();
          const changes = log.map(entry => {
            if (entry.kind === 'document') {
              const value = entry.customer === null ? null : order(entry.id, entry.customer, entry.price, entry.status);
              documents.set(entry.id, value);
              return document(entry.id, value);
            }
            const value =
              entry.customer === null
                ? null
                : purchase(entry.id, entry.customer, entry.transaction, entry.revenue, entry.timestamp);
            events.set(entry.id, value);
            return event(entry.id, value);
          });
          const expected = ['t0', 't1', 't2'].flatMap(transactionId => {
            const purchases = [...events].flatMap(([eventId, value]) =>
              value?.ecommerce?.transaction_id === transactionId ? [{ eventId, event: value }] : [],
            );
            const counted = countedOrder({ transactionId, document: documents.get(transactionId) ?? null, purchases });
            return counted ? [[transactionId, counted.customerId, Money.toString(counted.value)]] : [];
          });
          const states = new Map<string, OrderState>();
          const apply = (batch: readonly OrderChange[]) => {
            const ids = new Set(
              batch.flatMap(one =>
                one.kind === 'document' ? [one.transactionId] : one.purchase ? [one.purchase.transactionId] : [],
              ),
            );
            const eventIds = new Set(batch.flatMap(one => (one.kind === 'event' ? [one.eventId] : [])));
            const touched = [...states.values()].filter(
              ({ _id, purchases }) => ids.has(_id) || purchases.some(({ eventId }) => eventIds.has(eventId)),
            );
            const { changed, removed } = foldOrders(touched, batch);
            for (const state of changed) states.set(state._id, state);
            for (const id of removed) states.delete(id);
          };
          const found = () =>
            [...states.values()]
              .flatMap(({ _id, counted }) => (counted ? [[_id, counted.customerId, counted.value]] : []))
              .sort((a, b) => String(a[0]).localeCompare(String(b[0])));
          let from = 0;
          for (const size of cuts) apply(changes.slice(from, (from += size)));
          apply(changes.slice(from));
          expect(found()).toEqual(expected);
          apply(changes.slice(again));
          expect(found()).toEqual(expected);
        },
      ),
    );
  });
});
