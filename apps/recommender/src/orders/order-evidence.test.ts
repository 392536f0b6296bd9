import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Order, ShopEvent } from '@laurel/shop';
import { afterNews, documentNews, type OrderNews, purchaseNews } from './order-evidence.js';

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
  const news = purchaseNews(eventId, event);
  if (!news) throw new Error('a purchase expected');
  return news;
}

const document = (value: Order | null): OrderNews => documentNews('t1', value);
const counted = (...news: OrderNews[]) => afterNews(undefined, news)?.counted;

test('the order document wins over its purchase event, whichever comes first', () => {
  const expected = { customerId: 'ann', placedAt, productIds: ['tea'], quantities: [2] };
  expect(counted(purchase('e1', 'ann', 'cup'), document(order('placed', 'tea')))).toEqual(expected);
  expect(counted(document(order('placed', 'tea')), purchase('e1', 'ann', 'cup'))).toEqual(expected);
});

test('a cancelled document silences the event too', () => {
  expect(counted(purchase('e1', 'ann', 'cup'), document(order('cancelled', 'tea')))).toBeNull();
});

test('without a document the event counts, until it is withdrawn', () => {
  expect(counted(purchase('e1', 'bob', 'cup'))).toMatchObject({
    customerId: 'bob',
    productIds: ['cup'],
    quantities: [1],
  });
  expect(
    counted(purchase('e1', 'bob', 'cup'), { kind: 'purchase withdrawn', transactionId: 't1', eventId: 'e1' }),
  ).toBeUndefined();
  expect(counted(document(order('placed', 'tea')), purchase('e1', 'bob', 'cup'), document(null))).toMatchObject({
    customerId: 'bob',
  });
});

test('lines of one product are one line', () => {
  expect(counted(document(order('paid', 'tea', 'cup', 'tea')))).toMatchObject({
    productIds: ['tea', 'cup'],
    quantities: [4, 2],
  });
});

test('personal data in a document is not kept', () => {
  const withAddress = { ...order('paid', 'tea'), email: 'ann@example.com' };
  expect(JSON.stringify(afterNews(undefined, [document(withAddress)]))).not.toContain('example.com');
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
      const oneByOne = list.reduce<ReturnType<typeof afterNews>>((known, item) => afterNews(known, [item]), undefined);
      expect(oneByOne).toEqual(afterNews(undefined, list));
    }),
  );
});
