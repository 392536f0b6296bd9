import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareIds, mergeByCustomer, type OfCustomer } from './merge-by-customer.js';

async function* inOrder(ids: readonly string[]): AsyncGenerator<OfCustomer> {
  for (const customerId of [...new Set(ids)].sort(compareIds)) yield await Promise.resolve({ customerId });
}

const ids = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 2 }), fc.constantFrom('a', 'b', '\uffff', '😀')));

describe('merging by customer', () => {
  it('meets every customer of either side once, and both sides of one together', async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, async (lefts, rights) => {
        const seen: string[] = [];
        for await (const { left, right } of mergeByCustomer(inOrder(lefts), inOrder(rights))) {
          const id = left?.customerId ?? right?.customerId ?? '';
          seen.push(id);
          expect([left !== undefined, right !== undefined]).toEqual([lefts.includes(id), rights.includes(id)]);
        }
        expect(seen).toEqual([...new Set([...lefts, ...rights])].sort(compareIds));
      }),
    );
  });
});
