import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderLinePacker, packSplit, unpackOrderLines, unpackSplit } from './packed-rows.js';
import { userTimeSplit, type OrderLine } from './user-time-split.js';

const DAY_MS = 86_400_000;

function line(customerId: string, orderId: string, orderedAtMs: number, productId: string, quantity = 1): OrderLine {
  return { customerId, orderId, orderedAtMs, productId, quantity };
}

const someLines = fc.array(
  fc.record({
    customerId: fc.constantFrom('a', 'b', 'c'),
    orderId: fc.constantFrom('o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7'),
    orderedAtMs: fc.integer({ min: 0, max: 5 }),
    productId: fc.constantFrom('p', 'q', 'r', 's', 't'),
    quantity: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 50 },
);

describe('userTimeSplit', () => {
  it('one order is all train, two are train and test, three all parts', () => {
    const split = userTimeSplit([
      line('one', 'o1', 1, 'p'),
      line('two', 'o2', 1, 'p'),
      line('two', 'o3', 2, 'q'),
      line('three', 'o6', 3, 'r'),
      line('three', 'o5', 2, 'q'),
      line('three', 'o4', 1, 'p'),
    ]);
    const pairs = (rows: typeof split.train) => rows.map(row => `${row.customer}:${row.item}`);
    expect(pairs(split.train)).toEqual(['one:p', 'three:p', 'two:p']);
    expect(pairs(split.validation)).toEqual(['three:q']);
    expect(pairs(split.test)).toEqual(['three:r', 'two:q']);
  });

  it('of twelve orders two are test and two validation', () => {
    const split = userTimeSplit(Array.from({ length: 12 }, (_, at) => line('a', `o${at}`, at, `p${at}`)));
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([8, 2, 2]);
  });

  it('drops what was bought before, sums quantities, breaks ties of time by order id', () => {
    const split = userTimeSplit([
      line('a', 'o2', 5, 'p', 2),
      line('a', 'o2', 5, 'q', 3),
      line('a', 'o2', 6, 'q', 4),
      line('a', 'o1', 5, 'p', 9),
    ]);
    expect(split.train).toEqual([{ customer: 'a', item: 'p', quantity: 9, day: 0 }]);
    expect(split.test).toEqual([{ customer: 'a', item: 'q', quantity: 7, day: 0 }]);
  });

  it('tells on which day something was last bought in its part', () => {
    const days = [3, 1, 9, 4, 2, 8];
    const split = userTimeSplit(days.map(day => line('a', `o${day}`, day * DAY_MS + 1, day < 9 ? 'p' : 'q')));
    expect(split.train).toEqual([{ customer: 'a', item: 'p', quantity: 4, day: 4 }]);
    expect(split.test).toEqual([{ customer: 'a', item: 'q', quantity: 1, day: 9 }]);
  });

  it('never tests on what the customer had, whatever the order of the lines', () => {
    fc.assert(
      fc.property(someLines, lines => {
        const split = userTimeSplit(lines);
        const pairs = [...split.train, ...split.validation, ...split.test].map(row => `${row.customer}:${row.item}`);
        expect(new Set(pairs).size).toBe(pairs.length);
        expect(new Set(pairs)).toEqual(new Set(lines.map(({ customerId, productId }) => `${customerId}:${productId}`)));
        expect(userTimeSplit([...lines].reverse())).toEqual(split);
      }),
    );
  });
});

describe('packed rows', () => {
  it('bring order lines and splits back', () => {
    fc.assert(
      fc.property(someLines, lines => {
        const packer = new OrderLinePacker();
        for (const each of lines) packer.add(each);
        expect([...unpackOrderLines(packer.pack())]).toEqual(lines);
        const split = userTimeSplit(lines);
        const unpacked = unpackSplit(packSplit(split));
        for (const part of ['train', 'validation', 'test'] as const) expect([...unpacked[part]]).toEqual(split[part]);
        const orders = new Map<string, Set<string>>();
        for (const { customerId, orderId } of lines)
          orders.set(customerId, (orders.get(customerId) ?? new Set()).add(orderId));
        expect(packer.returningCustomerCount).toBe([...orders.values()].filter(own => own.size > 1).length);
      }),
    );
  });
});
