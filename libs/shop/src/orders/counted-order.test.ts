import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Money } from '../money.js';
import type { ShopEvent } from '../shop-event.js';
import { countedOrder, purchaseOf, type Purchase } from './counted-order.js';
import { ORDER_STATUSES, type Order, type OrderStatus } from './order.js';

const NOON_MICROS = 1_767_268_800_000_000;

function documentOf(status: OrderStatus, items: [quantity: number, price: number][] = [[2, 2.55]]): Order {
  return {
    _id: 't1',
    customerId: 'by-document',
    placedAt: new Date('2026-01-01T09:00:00Z'),
    status,
    currency: 'GBP',
    items: items.map(([quantity, price], i) => ({ productId: `p${i}`, name: `P${i}`, quantity, price })),
  };
}

function purchase(eventId: string, event: Partial<ShopEvent> = {}): Purchase {
  return {
    eventId,
    event: {
      _id: eventId,
      event_name: 'purchase',
      event_timestamp: NOON_MICROS,
      user_pseudo_id: eventId,
      ecommerce: { transaction_id: 't1', purchase_revenue: 7.5 },
      items: [{ item_id: 'p9', quantity: 3, price: 2.5 }],
      ...event,
    },
  };
}

const evidence = (document: Order | null, ...purchases: Purchase[]) => ({ transactionId: 't1', document, purchases });

describe('countedOrder', () => {
  it.each<[string, ReturnType<typeof evidence>, [customerId: string, value: string] | undefined]>([
    ['nothing known', evidence(null), undefined],
    ['a document', evidence(documentOf('placed')), ['by-document', '5.1']],
    ['a purchase', evidence(null, purchase('e1')), ['e1', '7.5']],
    ['both: the document wins', evidence(documentOf('shipped'), purchase('e1')), ['by-document', '5.1']],
    ['a cancelled document beside a purchase', evidence(documentOf('cancelled'), purchase('e1')), undefined],
    ['a refunded document', evidence(documentOf('refunded')), undefined],
    ['an order without lines', evidence(documentOf('paid', [])), ['by-document', '0']],
    [
      'lines whose floats would not add up',
      evidence(
        documentOf('paid', [
          [3, 0.1],
          [1, 0.2],
        ]),
      ),
      ['by-document', '0.5'],
    ],
    [
      'the earlier of two purchases',
      evidence(null, purchase('e1'), purchase('e2', { event_timestamp: NOON_MICROS - 1 })),
      ['e2', '7.5'],
    ],
    ['two purchases at once: the smaller id', evidence(null, purchase('e2'), purchase('e1')), ['e1', '7.5']],
    [
      'a purchase without revenue',
      evidence(null, purchase('e1', { ecommerce: { transaction_id: 't1' } })),
      ['e1', '7.5'],
    ],
    [
      'a purchase of revenue nought',
      evidence(null, purchase('e1', { ecommerce: { purchase_revenue: 0 } })),
      ['e1', '0'],
    ],
    [
      'an item without quantity or price',
      evidence(null, purchase('e1', { ecommerce: null, items: [{ item_id: 'p', price: 4 }, { item_id: 'q' }] })),
      ['e1', '4'],
    ],
    ['a purchase without items', evidence(null, purchase('e1', { ecommerce: null, items: null })), ['e1', '0']],
  ])('%s', (_case, known, expected) => {
    const order = countedOrder(known);
    expect(order && [order.customerId, Money.toString(order.value)]).toEqual(expected);
    expect(order?.transactionId).toBe(expected && 't1');
  });

  it('takes time and lines from whom it believes', () => {
    expect(countedOrder(evidence(documentOf('paid'), purchase('e1')))).toMatchObject({
      placedAt: new Date('2026-01-01T09:00:00Z'),
      lines: [{ productId: 'p0', quantity: 2, price: 2.55 }],
    });
    expect(countedOrder(evidence(null, purchase('e1', { event_timestamp: NOON_MICROS + 1999 })))).toMatchObject({
      placedAt: new Date('2026-01-01T12:00:00.001Z'),
      lines: [{ productId: 'p9', quantity: 3, price: 2.5 }],
    });
  });

  const anyPurchase = fc
    .tuple(fc.uuid(), fc.integer({ min: 0, max: 3 }))
    .map(([id, micros]) => purchase(id, { event_timestamp: NOON_MICROS + micros }));
  const anyDocument = fc.option(
    fc
      .tuple(
        fc.constantFrom(...ORDER_STATUSES),
        fc.array(
          fc.tuple(
            fc.integer({ min: 1, max: 99 }),
            fc.integer({ min: 0, max: 99999 }).map(c => c / 100),
          ),
        ),
      )
      .map(([status, items]) => documentOf(status, items)),
  );

  it('does not depend on the order in which purchases became known, nor on hearing them twice', () => {
    fc.assert(
      fc.property(
        anyDocument,
        fc.uniqueArray(anyPurchase, { selector: one => one.eventId }),
        fc.func(fc.integer()),
        (document, purchases, weight) => {
          const shuffled = [...purchases, ...purchases].toSorted((a, b) => weight(a.eventId) - weight(b.eventId));
          expect(countedOrder(evidence(document, ...shuffled))).toEqual(countedOrder(evidence(document, ...purchases)));
        },
      ),
    );
  });

  it('ignores purchases wherever there is a document, and counts unless it is cancelled or refunded', () => {
    fc.assert(
      fc.property(anyDocument, fc.array(anyPurchase), (document, purchases) => {
        const order = countedOrder(evidence(document, ...purchases));
        if (document) expect(order).toEqual(countedOrder(evidence(document)));
        const counts = document ? !['cancelled', 'refunded'].includes(document.status) : purchases.length > 0;
        expect(order !== undefined).toBe(counts);
      }),
    );
  });

  it('is worth the exact sum of its lines', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 10 ** 7 }))), lines => {
        const cents = lines.reduce((sum, [quantity, price]) => sum + quantity * price, 0);
        const order = countedOrder(
          evidence(
            documentOf(
              'paid',
              lines.map(([quantity, price]) => [quantity, price / 100]),
            ),
          ),
        );
        expect(order?.value).toBe(BigInt(cents) * 10_000_000n);
      }),
    );
  });
});

describe('purchaseOf', () => {
  it.each<[string, Partial<ShopEvent>, string | undefined]>([
    ['a purchase', {}, 't1'],
    ['another event', { event_name: 'page_view' }, undefined],
    ['a purchase without a transaction', { ecommerce: {} }, undefined],
    ['a purchase with an empty transaction', { ecommerce: { transaction_id: '' } }, undefined],
    ['a purchase without ecommerce', { ecommerce: null }, undefined],
  ])('%s', (_case, event, transactionId) => {
    expect(purchaseOf(purchase('e1', event).event)).toBe(transactionId);
  });
});
