import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.js';
import { OrderLinePacker } from './packed-rows.js';
import { InterestPacker, interestParameters, interestWeightsOf, type ProductInterest } from './product-interest.js';
import { splitInterests } from './split-interests.js';
import { userTimeSplit } from './user-time-split.js';

const HOUR_MS = 3_600_000;
const weights = { view: 0.5, cart: 2 };

function packed(interests: readonly ProductInterest[]) {
  const packer = new InterestPacker();
  for (const interest of interests) packer.add(interest);
  return packer.pack();
}

const someInterests = fc.array(
  fc.record({
    customerId: fc.constantFrom('a', 'b', 'visitor'),
    productId: fc.constantFrom('p', 'q', 'r'),
    kind: fc.constantFrom('view' as const, 'cart' as const),
    atMs: fc.integer({ min: 0, max: 400 * HOUR_MS }),
  }),
  { maxLength: 30 },
);
const someLines = fc.array(
  fc.record({
    customerId: fc.constantFrom('a', 'b'),
    orderId: fc.constantFrom('o1', 'o2', 'o3', 'o4', 'o5'),
    orderedAtMs: fc.integer({ min: 0, max: 400 * HOUR_MS }),
    productId: fc.constantFrom('p', 'q', 'r', 's'),
    quantity: fc.constant(1),
  }),
  { maxLength: 20 },
);

describe('splitInterests', () => {
  it('weighs views and carts, and leaves out what weighs nothing', () => {
    const parts = splitInterests(
      packed([
        { customerId: 'a', productId: 'p', kind: 'view', atMs: 1 },
        { customerId: 'a', productId: 'q', kind: 'cart', atMs: 1 },
      ]),
      new Map(),
    );
    expect([...parts.all(weights)]).toEqual([
      { customer: 'a', item: 'p', quantity: 0.5 },
      { customer: 'a', item: 'q', quantity: 2 },
    ]);
    expect([...parts.all({ view: 0, cart: 1 })]).toEqual([{ customer: 'a', item: 'q', quantity: 1 }]);
  });

  it('lets nothing be known of the day before a held-out order, nor of what came after', () => {
    fc.assert(
      fc.property(someLines, someInterests, (lines, interests) => {
        const orders = [...Map.groupBy(lines, ({ customerId, orderId }) => `${customerId} ${orderId}`).values()].map(
          ([line]) => line!,
        );
        const { times } = userTimeSplit(orders);
        const parts = splitInterests(packed(interests), times);
        const before = (from: 'validationFromMs' | 'testFromMs') =>
          interests.filter(({ customerId, atMs }) => {
            const own = orders.filter(order => order.customerId === customerId).map(order => order.orderedAtMs);
            const test = own.length < 2 ? 0 : Math.max(1, Math.floor(own.length / 5));
            const left = own.length - test;
            const validation = left < 2 || own.length < 3 ? 0 : Math.max(1, Math.floor(left / 5));
            const held = from === 'testFromMs' ? test : test + validation;
            const first = held === 0 ? Infinity : own.sort((a, b) => a - b).at(-held)!;
            return atMs < first - 24 * HOUR_MS;
          });
        const items = (rows: Iterable<{ customer: string; item: string }>) =>
          [...rows].map(({ customer, item }) => `${customer} ${item}`);
        const expected = (rows: ProductInterest[]) =>
          rows.map(({ customerId, productId }) => `${customerId} ${productId}`);
        expect(items(parts.beforeValidation(weights))).toEqual(expected(before('validationFromMs')));
        expect(items(parts.beforeTest(weights))).toEqual(expected(before('testFromMs')));
        expect(items(parts.all(weights))).toEqual(expected(interests));
      }),
    );
  });
});

describe('the fingerprint of data', () => {
  it('tells interests apart, in whatever order they come, and is that of the orders where there are none', () => {
    const lines = new OrderLinePacker();
    lines.add({ customerId: 'a', productId: 'p', orderId: 'o', orderedAtMs: 1, quantity: 1 });
    const orders = lines.pack();
    const [view, cart] = (['view', 'cart'] as const).map(kind => ({ customerId: 'a', productId: 'p', kind, atMs: 1 }));
    expect(fingerprintOf(orders, packed([]))).toBe(fingerprintOf(orders));
    expect(fingerprintOf(orders, packed([view!, cart!]))).toBe(fingerprintOf(orders, packed([cart!, view!])));
    expect(fingerprintOf(orders, packed([view!]))).not.toBe(fingerprintOf(orders, packed([cart!])));
  });
});

it('weights are read back from parameters, and are none where a model learned from purchases alone', () => {
  expect(interestWeightsOf(interestParameters(weights))).toEqual(weights);
  expect(interestWeightsOf({ neighbours: 20 })).toBeUndefined();
});
