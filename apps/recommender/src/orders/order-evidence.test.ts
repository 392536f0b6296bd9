import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Order, ShopEvent } from '@laurel/shop';
import { afterNews, type OrderNews } from './order-evidence.js';

const placedAt = new Date('2026-02-01T10:00:00Z');

function order(status: Order['status'], ...productIds: string[]): Order {
  const items = productIds.map(productId => ({ productId, quantity: 2, price: 3.5 }));
  return { _id: 't1', customerId: 'ann', placedAt, status, currency: 'GBP', items };
}

function purchase(eventId: string, userId: string, ...productIds: string[]): OrderNews {
  const event: ShopEvent = {
    _id: eventId,
    event_name: 'purchase',
    event_timestamp: placedAt.getTime() * 1000,
    user_pseudo_id: userId,
    items: productIds.map(item_id => ({ item_id, quantity: 1 })),
    ecommerce: { transaction_id: 't1' },
  };
  return { kind: 'purchase', transactionId: 't1', purchase: { eventId, event } };
}

const document = (value: Order | null): OrderNews => ({ kind: 'document', transactionId: 't1', document: value });
const counted = (...news: OrderNews[]) => afterNews('t1', undefined, news)?.counted;

test('the order document wins over its purchase event, whichever comes first', () => {
  const expected = { customerId: 'ann', placedAt, lines: [{ productId: 'tea', quantity: 2 }] };
  expect(counted(purchase('e1', 'ann', 'cup'), document(order('placed', 'tea')))).toEqual(expected);
  expect(counted(document(order('placed', 'tea')), purchase('e1', 'ann', 'cup'))).toEqual(expected);
});

test('a cancelled document silences the event too', () => {
  expect(counted(purchase('e1', 'ann', 'cup'), document(order('cancelled', 'tea')))).toBeNull();
});

test('without a document the event counts, until it is withdrawn', () => {
  expect(counted(purchase('e1', 'bob', 'cup'))).toMatchObject({
    customerId: 'bob',
    lines: [{ productId: 'cup', quantity: 1 }],
  });
  expect(
    counted(purchase('e1', 'bob', 'cup'), { kind: 'purchase withdrawn', transactionId: 't1', eventId: 'e1' }),
  ).toBeUndefined();
  expect(counted(document(order('placed', 'tea')), purchase('e1', 'bob', 'cup'), document(null))).toMatchObject({
    customerId: 'bob',
  });
});

test('lines of one product are one line', () => {
  expect(counted(document(order('paid', 'tea', 'cup', 'tea')))?.lines).toEqual([
    { productId: 'tea', quantity: 4 },
    { productId: 'cup', quantity: 2 },
  ]);
});

test('personal data in a document is not kept', () => {
  const withAddress = { ...order('paid', 'tea'), email: 'ann@example.com' };
  expect(JSON.stringify(afterNews('t1', undefined, [document(withAddress)]))).not.toContain('example.com');
});

test('news in one batch or one by one gives the same', () => {
  const news = fc.constantFrom(
    document(order('placed', 'tea')),
    document(order('cancelled', 'tea')),
    document(null),
    purchase('e1', 'ann', 'cup'),
    purchase('e2', 'bob', 'pot'),
    { kind: 'purchase withdrawn', transactionId: 't1', eventId: 'e1' } as const,
  );
  fc.assert(
    fc.property(fc.array(news, { maxLength: 6 }), list => {
      const oneByOne = list.reduce<ReturnType<typeof afterNews>>(
        (known, item) => afterNews('t1', known, [item]),
        undefined,
      );
      expect(oneByOne).toEqual(afterNews('t1', undefined, list));
    }),
  );
});
