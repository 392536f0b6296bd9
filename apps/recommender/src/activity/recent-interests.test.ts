import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Interest } from './interest.js';
import { RECENT_LIMIT, withInterests } from './recent-interests.js';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 0, minute));
const interest = (productId: string, kind: Interest['kind'], minute: number): Interest => ({
  customerId: 'ann',
  productId,
  kind,
  at: at(minute),
});

test('the latest word on a product decides, except that a view leaves it in the cart', () => {
  const recent = withInterests(
    [],
    [interest('tea', 'cart', 1), interest('tea', 'view', 2), interest('cup', 'cart', 1), interest('cup', 'uncart', 3)],
  );
  expect(recent).toEqual([
    { productId: 'cup', kind: 'uncart', at: at(3) },
    { productId: 'tea', kind: 'cart', at: at(2) },
  ]);
});

test('an event that arrives late does not undo a later one', () => {
  const recent = withInterests([{ productId: 'tea', kind: 'uncart', at: at(5) }], [interest('tea', 'cart', 4)]);
  expect(recent).toEqual([{ productId: 'tea', kind: 'uncart', at: at(5) }]);
});

test('at most the newest are kept, whatever order they came in', () => {
  const interests = fc.array(
    fc.record({
      customerId: fc.constant('ann'),
      productId: fc.integer({ min: 0, max: 40 }).map(String),
      kind: fc.constantFrom('view', 'cart', 'uncart'),
      at: fc.integer({ min: 0, max: 30 }).map(at),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(interests, list => {
      const recent = withInterests([], list);
      expect(recent.length).toBe(Math.min(RECENT_LIMIT, new Set(list.map(({ productId }) => productId)).size));
      expect(withInterests([], list.toReversed())).toEqual(recent);
      const oldestKept = recent.at(-1)?.at ?? at(0);
      const left = list.filter(({ productId }) => !recent.some(entry => entry.productId === productId));
      for (const entry of left) expect(entry.at.getTime()).toBeLessThanOrEqual(oldestKept.getTime());
    }),
  );
});
