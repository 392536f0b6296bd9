import { describe, expect, it } from 'vitest';
import { correlationsOf } from './correlations.js';
import { describeData } from './describe-data.js';
import { InterestPacker } from './product-interest.js';

describe('correlationsOf', () => {
  it('is 1 for what rises together on logarithms, -1 for what falls, 0 for what does not vary', () => {
    const columns = new Map([
      ['a', [0, 1, 3]],
      ['b', [0, 3, 15]],
      ['c', [7, 3, 1]],
      ['same', [4, 4, 4]],
    ]);
    const { figures, matrix } = correlationsOf(columns);
    expect(figures).toEqual(['a', 'b', 'c', 'same']);
    const expected = [
      [1, 1, -1, 0],
      [1, 1, -1, 0],
      [-1, -1, 1, 0],
      [0, 0, 0, 1],
    ];
    matrix.forEach((row, at) => row.forEach((value, column) => expect(value).toBeCloseTo(expected[at]![column]!, 12)));
  });
});

describe('describeData', () => {
  const row = (customer: string, item: string, quantity: number) => ({ customer, item, quantity });
  const split = {
    train: [row('a', 'x', 1), row('a', 'y', 3), row('b', 'x', 4), row('c', 'x', 1)],
    validation: [row('b', 'y', 1)],
    test: [row('c', 'z', 1), row('stranger', 'x', 1)],
  };

  it('tells sizes, unknown products and customers, distributions, and which limit is missed', () => {
    expect(describeData(split)).toMatchObject({
      density: 4 / 6,
      unknownCustomers: 0.5,
      unknownProducts: 0.5,
      customersPerProduct: [
        { from: 1, count: 1 },
        { from: 2, count: 1 },
      ],
      quantities: [
        { from: 1, count: 2 },
        { from: 2, count: 1 },
        { from: 4, count: 1 },
      ],
      topTenthShare: 0.75,
      verdict: { fit: false, reason: '3 customers, at least 20 are needed (minCustomers)' },
    });
  });

  it('holds the limits against the order lines where these are known', () => {
    const counted = { minCustomers: 20, minItems: 10, minOrderLines: 200, minReturningCustomers: 9 };
    expect(describeData(split, undefined, counted).verdict.reason).toMatch(/^9 customers with two orders or more/);
    expect(describeData(split, undefined, { ...counted, minReturningCustomers: 10 }).verdict.fit).toBe(true);
  });

  it('tells of views and carts where there are any, and what they go along with', () => {
    const packer = new InterestPacker();
    const look = (customerId: string, kind: 'view' | 'cart') =>
      packer.add({ customerId, productId: 'x', kind, atMs: 0 });
    look('a', 'view');
    look('visitor', 'view');
    look('b', 'cart');
    const { interests, correlations } = describeData(split, packer.pack());
    expect(interests).toEqual({ view: 2, cart: 1, customers: 3, products: 1 });
    expect(correlations.figures).toEqual(['products', 'pieces of each', 'customers of each product', 'views', 'carts']);
    expect(correlations.matrix[0]?.[3]).toBeCloseTo(1, 12);
    expect(describeData(split).correlations.figures).toHaveLength(3);
  });
});
