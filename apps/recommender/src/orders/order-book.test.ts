import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderBook, type BookedOrder } from './order-book.js';

const orderArbitrary: fc.Arbitrary<BookedOrder> = fc.record({
  customer: fc.integer({ min: 0, max: 3 }),
  placedAtMs: fc.integer({ min: 0, max: 5 }),
  lines: fc.uniqueArray(
    fc.record({ product: fc.integer({ min: 0, max: 5 }), quantity: fc.integer({ min: 1, max: 3 }) }),
    {
      selector: line => line.product,
      maxLength: 5,
    },
  ),
});
const stepArbitrary = fc.record({
  id: fc.constantFrom('o1', 'o2', 'o3', 'o4'),
  counted: fc.option(orderArbitrary, { nil: undefined }),
});

test('after any changes the book tells what a list of the last states tells', () => {
  fc.assert(
    fc.property(fc.array(stepArbitrary, { maxLength: 30 }), steps => {
      const lines = new Map<number, number>();
      const count = (product: number, step: number) => lines.set(product, (lines.get(product) ?? 0) + step);
      const book = new OrderBook({
        lineCounted: product => count(product, 1),
        lineRemoved: product => count(product, -1),
      });
      const last = new Map<string, BookedOrder>();
      for (const { id, counted } of steps) {
        book.set(id, counted);
        if (counted) last.set(id, counted);
        else last.delete(id);
      }
      const orders = [...last.values()];
      expect(book.lineCount).toBe(orders.reduce((sum, order) => sum + order.lines.length, 0));
      for (let product = 0; product <= 5; product++) {
        const holding = orders.filter(order => order.lines.some(line => line.product === product));
        expect(book.groupsWith(product)).toBe(holding.length);
        expect(lines.get(product) ?? 0).toBe(holding.length);
        const counts = new Int32Array(6);
        book.countCompanions(product, counts, { maxGroups: 100, maxProducts: 1000 });
        for (let other = 0; other <= 5; other++) {
          const together =
            other === product ? 0 : holding.filter(order => order.lines.some(line => line.product === other)).length;
          expect(counts[other]).toBe(together);
        }
      }
      for (let customer = 0; customer <= 3; customer++) {
        const told: string[] = [];
        book.eachPurchase(customer, (product, quantity) => void told.push(`${product}×${quantity}`));
        const expected = orders
          .filter(order => order.customer === customer)
          .flatMap(order => order.lines.map(line => `${line.product}×${line.quantity}`));
        expect(told.sort()).toEqual(expected.sort());
      }
    }),
  );
});

test('purchases come latest booked first, and can be cut short', () => {
  const book = new OrderBook({ lineCounted: () => undefined, lineRemoved: () => undefined });
  book.set('o1', { customer: 0, placedAtMs: 1, lines: [{ product: 1, quantity: 1 }] });
  book.set('o2', {
    customer: 0,
    placedAtMs: 2,
    lines: [
      { product: 2, quantity: 1 },
      { product: 3, quantity: 1 },
    ],
  });
  const seen: number[] = [];
  book.eachPurchase(0, product => seen.push(product) < 2);
  expect(seen).toEqual([2, 3]);
});

test('a line counted twice is told of once', () => {
  let told = 0;
  const book = new OrderBook({ lineCounted: () => told++, lineRemoved: () => told-- });
  const order = { customer: 0, placedAtMs: 1, lines: [{ product: 1, quantity: 0.1 }] };
  book.set('o1', order);
  book.set('o1', { ...order });
  expect(told).toBe(1);
});
