import { describe, expect, test } from 'vitest';
import { RecentProducts } from './recent-products.js';

const LIMITS = { maxGroups: 2000, maxProducts: 100_000 };
const looked = (...products: number[]) => products.map(product => ({ product, inCart: false, atMs: 60_000 }));

/** `product:customers` of what goes with a product, in the order it was found. */
function companions(recent: RecentProducts, product: number): string[] {
  const counts = new Int32Array(400);
  return recent.countCompanions(product, counts, LIMITS).map(other => `${other}:${counts[other]}`);
}

describe('what is looked at together', () => {
  test('is counted by customers, whatever came into the cart among it', () => {
    const recent = new RecentProducts();
    recent.set(0, looked(1, 2, 3));
    recent.set(1, [...looked(1), { product: 2, inCart: true, atMs: 0 }]);
    expect(companions(recent, 1).sort()).toEqual(['2:2', '3:1']);
    expect([1, 2, 3, 4].map(product => recent.groupsWith(product))).toEqual([2, 2, 1, 0]);
  });

  test('follows what a customer looks at next, and forgets who is erased', () => {
    const changed: number[] = [];
    const recent = new RecentProducts(product => void changed.push(product));
    recent.set(0, looked(1, 2));
    recent.set(1, looked(1, 2));
    recent.set(0, looked(3, 1));
    expect(companions(recent, 1).sort()).toEqual(['2:1', '3:1']);
    recent.set(1, []);
    expect(companions(recent, 1)).toEqual(['3:1']);
    expect(recent.groupsWith(2)).toBe(0);
    expect(changed).toEqual([1, 2, 1, 2, 2, 3, 1, 1, 2]);
    recent.set(0, looked(1, 3));
    expect(changed).toHaveLength(9);
  });

  test('counts a customer once who went and came back', () => {
    const recent = new RecentProducts();
    recent.set(0, looked(1, 2));
    recent.set(0, looked(2));
    recent.set(0, looked(1, 2));
    expect(companions(recent, 1)).toEqual(['2:1']);
  });

  test('rests on the 200 who came last', () => {
    const recent = new RecentProducts();
    for (let customer = 0; customer < 300; customer++) recent.set(customer, looked(0, 1 + customer));
    const found = companions(recent, 0);
    expect([found.length, found[0], found.at(-1)]).toEqual([200, '300:1', '101:1']);
    expect(recent.groupsWith(0)).toBe(300);
  });
});
