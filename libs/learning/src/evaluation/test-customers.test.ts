import { describe, expect, it } from 'vitest';
import { confidences } from './split.js';
import { testCustomers } from './test-customers.js';

const bought = (item: string) => Array.from({ length: 3000 }, (_, at) => ({ customer: `c${at}`, item, quantity: 1 }));
const known = confidences(bought('a'));
const next = [...bought('b'), { customer: 'stranger', item: 'b', quantity: 1 }];

describe('testCustomers', () => {
  const drawn = (most?: number) => {
    const { customers, inAll } = testCustomers({ known, purchases: known }, next, new Set(['a', 'b']), most);
    expect(inAll).toBe(3000);
    return new Set(customers.map(({ id }) => id));
  };

  it('are all customers with a past, unless there are too many', () => {
    expect(drawn().size).toBe(3000);
    expect(drawn(3000).size).toBe(3000);
    const thousand = drawn(1000);
    expect(Math.abs(thousand.size - 1000)).toBeLessThan(100);
    const twoThousand = drawn(2000);
    expect([...thousand].filter(id => !twoThousand.has(id))).toEqual([]);
  });
});
