import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderDraft } from '../rules/order-draft.js';
import { settleCancellations } from './settle-cancellations.js';

const draft = (
  id: string,
  day: number,
  quantities: Readonly<Record<string, number>>,
  changes: Partial<OrderDraft> = {},
): OrderDraft => ({
  id,
  customerId: 'c',
  placedAtMs: day * 86_400_000,
  status: undefined,
  isCancellation: id.startsWith('C'),
  currency: 'GBP',
  country: undefined,
  items: Object.entries(quantities).map(([productId, quantity]) => ({
    productId,
    name: productId,
    quantity,
    price: 1,
  })),
  ...changes,
});
const settle = (...drafts: OrderDraft[]) =>
  Object.fromEntries(
    settleCancellations(drafts).map(({ order: { _id, status, cancels, cancelledBy } }) => [
      _id,
      { status, ...(cancels !== undefined && { cancels }), ...(cancelledBy !== undefined && { cancelledBy }) },
    ]),
  );

describe('settleCancellations', () => {
  it('cancels an order that a cancellation uses up', () => {
    expect(settle(draft('1', 1, { a: 2, b: 1 }), draft('C2', 2, { a: 2, b: 1 }))).toEqual({
      '1': { status: 'cancelled', cancelledBy: ['C2'] },
      C2: { status: 'cancelled', cancels: ['1'] },
    });
  });

  it('leaves an order cancelled in part as it is', () => {
    const [order] = settleCancellations([draft('1', 1, { a: 2, b: 1 }), draft('C2', 2, { a: 1 })]);
    expect(order?.order).toMatchObject({
      status: 'placed',
      cancelledBy: ['C2'],
      items: [{ quantity: 2 }, { quantity: 1 }],
    });
  });

  it('cancels an order once several cancellations used it up', () => {
    expect(settle(draft('1', 1, { a: 2, b: 1 }), draft('C2', 2, { a: 2 }), draft('C3', 3, { b: 1 }))['1']).toEqual({
      status: 'cancelled',
      cancelledBy: ['C2', 'C3'],
    });
  });

  it('keeps a cancellation of nothing known', () => {
    expect(settle(draft('1', 1, { a: 1 }), draft('C2', 2, { z: 1 }))).toEqual({
      '1': { status: 'placed' },
      C2: { status: 'cancelled' },
    });
  });

  it('never reaches an order placed after it', () => {
    expect(settle(draft('C1', 1, { a: 1 }), draft('2', 2, { a: 1 }))).toEqual({
      C1: { status: 'cancelled' },
      '2': { status: 'placed' },
    });
  });

  it('prefers the order it uses up to a later one, and of equal ones the latest', () => {
    expect(
      settle(draft('1', 1, { a: 2 }), draft('2', 2, { a: 2 }), draft('3', 3, { a: 5 }), draft('C4', 4, { a: 2 }))['C4'],
    ).toEqual({
      status: 'cancelled',
      cancels: ['2'],
    });
  });

  it('spreads over orders where none holds it all', () => {
    expect(settle(draft('1', 1, { a: 1 }), draft('2', 2, { b: 1 }), draft('C3', 3, { a: 1, b: 1 }))).toMatchObject({
      '1': { status: 'cancelled' },
      '2': { status: 'cancelled' },
      C3: { cancels: ['1', '2'] },
    });
  });

  it("leaves the file's own word standing", () => {
    expect(
      settle(draft('1', 1, { a: 1 }, { status: 'shipped' }), draft('2', 1, { a: 1 }, { status: 'refunded' })),
    ).toEqual({
      '1': { status: 'shipped' },
      '2': { status: 'refunded' },
    });
  });

  it('cancels no more than was ordered, and does not depend on the order of the rows', () => {
    const drafts = fc.array(
      fc.record({ day: fc.integer({ min: 1, max: 9 }), a: fc.integer({ min: 1, max: 3 }), cancels: fc.boolean() }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(drafts, given => {
        const all = given.map(({ day, a, cancels }, index) => draft(`${cancels ? 'C' : ''}${index}`, day, { a }));
        const settled = settleCancellations(all);
        expect(settleCancellations(all.toReversed())).toEqual(settled);
        const units = (wanted: boolean) =>
          settled
            .filter(({ order }) => order.status === 'cancelled' && order._id.startsWith('C') === wanted)
            .reduce((sum, { order }) => sum + (order.items[0]?.quantity ?? 0), 0);
        expect(units(false)).toBeLessThanOrEqual(units(true));
      }),
    );
  });
});
