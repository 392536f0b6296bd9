import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './line-classes.js';
import type { OrderRow } from './order-rows.js';
import { readOrder, type OrderRules } from './read-order.js';

const rules: OrderRules = {
  isProduct: id => id !== 'POST',
  isCancellation: id => id.startsWith('C'),
  customerOf: id => (id === 'shared' ? 'first' : undefined),
  readTimeMs: text => (text === null ? NaN : Date.parse(text)),
  readNumber: value => (value === null ? NaN : Number(value)),
  defaultCurrency: 'GBP',
};
let fingerprint = 0n;
const row = (changes: Partial<OrderRow> = {}): OrderRow => ({
  row: 1,
  product: 'a',
  otherName: null,
  usualName: 'APPLE',
  quantity: 2,
  price: 1.5,
  placedAt: '2026-01-01T10:00Z',
  country: null,
  currency: null,
  status: null,
  fingerprint: fingerprint++,
  ...changes,
});
const read = (rows: readonly OrderRow[], order: string | null = '1', customer: string | null = 'c') =>
  readOrder({ order, customer, rows }, rules);

describe('readOrder', () => {
  it('makes one order of its rows, lines of one product at one price together', () => {
    const rows = [
      row(),
      row({ quantity: 3 }),
      row({ price: 1.25 }),
      row({ product: 'b', usualName: 'BANANA', country: 'France', currency: 'EUR' }),
    ];
    expect(read(rows).draft).toEqual({
      id: '1',
      customerId: 'c',
      placedAtMs: Date.parse('2026-01-01T10:00Z'),
      status: undefined,
      isCancellation: false,
      currency: 'EUR',
      country: 'France',
      items: [
        { productId: 'a', name: 'APPLE', quantity: 5, price: 1.5 },
        { productId: 'a', name: 'APPLE', quantity: 2, price: 1.25 },
        { productId: 'b', name: 'BANANA', quantity: 2, price: 1.5 },
      ],
    });
  });

  it.each([
    ['no-product', { product: null }],
    ['unreadable-date', { placedAt: 'soon' }],
    ['unreadable-quantity', { quantity: 'many' }],
    ['unreadable-price', { price: null }],
    ['unknown-status', { status: 'lost in the post' }],
    ['not-a-product', { product: 'POST' }],
    ['price-not-positive', { price: 0 }],
    ['price-not-positive', { price: -1 }],
    ['quantity-not-positive', { quantity: 0 }],
    ['quantity-not-positive', { quantity: -2 }],
  ] as const)('refuses a row for %s: %j', (fault, changes) => {
    const { draft, judged } = read([row(changes), row({ product: 'b' })]);
    expect(judged[0]?.faults).toEqual([fault]);
    expect(draft?.items.map(({ productId }) => productId)).toEqual(['b']);
  });

  it.each([
    ['no-order', null, 'c'],
    ['no-customer', '1', null],
    ['second-customer', 'shared', 'second'],
  ] as const)('refuses every row for %s', (fault, order, customer) => {
    const { draft, judged } = read([row(), row()], order, customer);
    expect(draft).toBeUndefined();
    expect(judged.map(({ faults }) => faults)).toEqual([[fault], [fault]]);
  });

  it('counts an exact duplicate once', () => {
    const twice = row();
    const { draft, judged } = read([twice, twice]);
    expect(draft?.items).toEqual([{ productId: 'a', name: 'APPLE', quantity: 2, price: 1.5 }]);
    expect(judged.map(({ faults }) => faults)).toEqual([[], ['exact-duplicate']]);
  });

  it('takes a cancellation with its quantities made positive', () => {
    const { draft, judged } = read([row({ quantity: -2 }), row({ product: 'b', quantity: 1 })], 'C1');
    expect(draft).toMatchObject({ isCancellation: true, items: [{ quantity: 2 }, { quantity: 1 }] });
    expect(judged.map(({ faults }) => faults)).toEqual([['cancellation'], ['cancellation']]);
  });

  it('tells blanks in a name from another name', () => {
    const { draft, judged } = read([row({ otherName: ' APPLE' }), row({ otherName: 'APFEL' })]);
    expect(judged.map(({ faults }) => faults)).toEqual([['untidy-name'], ['other-name']]);
    expect(draft?.items).toEqual([{ productId: 'a', name: 'APPLE', quantity: 4, price: 1.5 }]);
  });

  it('takes the earliest time of an order', () => {
    const { draft, judged } = read([row({ placedAt: '2026-01-01T10:01Z' }), row()]);
    expect(draft?.placedAtMs).toBe(Date.parse('2026-01-01T10:00Z'));
    expect(judged.map(({ faults }) => faults)).toEqual([['other-time'], []]);
  });

  it('takes the status the file gives', () =>
    expect(read([row({ status: 'Canceled' })]).draft?.status).toBe('cancelled'));

  it('keeps every unit of the rows it does not refuse, and judges every row once', () => {
    const rows = fc.array(
      fc
        .record({
          product: fc.constantFrom('a', 'b', 'POST', null),
          quantity: fc.integer({ min: -3, max: 9 }),
          price: fc.constantFrom(-1, 0, 0.85, 2),
          fingerprint: fc.bigInt({ min: 0n, max: 20n }),
        })
        .map(changes => row(changes)),
    );
    fc.assert(
      fc.property(rows, given => {
        const { draft, judged } = read(given);
        expect(judged.map(({ row: judgedRow }) => judgedRow)).toEqual(given);
        const counted = judged.filter(
          ({ faults }) => outcomeOf(faults).outcome !== 'refused' && !faults.includes('exact-duplicate'),
        );
        const units = counted.reduce((sum, { row: { quantity } }) => sum + Number(quantity), 0);
        expect((draft?.items ?? []).reduce((sum, { quantity }) => sum + quantity, 0)).toBe(units);
      }),
    );
  });
});
