import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rfmBoundaries, rfmOf, type RfmValues } from './rfm.js';

const buyer: fc.Arbitrary<RfmValues> = fc.record({
  quietDays: fc.nat(365),
  orders: fc.integer({ min: 1, max: 20 }),
  revenue: fc.nat(1000),
});

it('parts buyers into fifths, the best 5: who bought last, most often, for most', () => {
  const buyers = Array.from({ length: 10 }, (_, n) => ({ quietDays: n, orders: n + 1, revenue: 100 - n }));
  const cells = buyers.map(each => rfmOf(each, rfmBoundaries(buyers)));
  expect(cells.map(({ recency }) => recency)).toEqual([5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
  expect(cells.map(({ frequency }) => frequency)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  expect(cells.map(({ monetary }) => monetary)).toEqual([5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
});

it('never scores who did more below who did less, nor equals apart', () => {
  fc.assert(
    fc.property(fc.array(buyer, { minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (buyers, i, j) => {
      const boundaries = rfmBoundaries(buyers);
      const [one, other] = [buyers[i % buyers.length], buyers[j % buyers.length]];
      if (!one || !other) return;
      const [a, b] = [rfmOf(one, boundaries), rfmOf(other, boundaries)];
      expect(Math.sign(a.frequency - b.frequency) * Math.sign(one.orders - other.orders)).toBeGreaterThanOrEqual(0);
      expect(Math.sign(a.monetary - b.monetary) * Math.sign(one.revenue - other.revenue)).toBeGreaterThanOrEqual(0);
      expect(Math.sign(a.recency - b.recency) * Math.sign(other.quietDays - one.quietDays)).toBeGreaterThanOrEqual(0);
      if (one.orders === other.orders) expect(a.frequency).toBe(b.frequency);
      for (const score of Object.values(a)) expect([1, 2, 3, 4, 5]).toContain(score);
    }),
  );
});
