import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../random/random.js';
import { ratioInterval } from './ratio-interval.js';
import { wilsonInterval } from './wilson-interval.js';

test.each([
  [10, 100, 0.0552, 0.1744],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
])('the interval of %i in %i by Wilson', (successes, trials, low, high) => {
  const interval = wilsonInterval(successes, trials);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test('holds the share itself, and is narrower for more trials', () => {
  const counts = fc.integer({ min: 1, max: 1000 }).chain(trials => fc.tuple(fc.nat(trials), fc.constant(trials)));
  fc.assert(
    fc.property(counts, ([successes, trials]) => {
      const { value, low, high } = wilsonInterval(successes, trials);
      const more = wilsonInterval(successes * 4, trials * 4);
      expect([low, value, high]).toEqual([low, value, high].toSorted((a, b) => Number(a) - Number(b)));
      expect(Number(more.high) - Number(more.low)).toBeLessThan(Number(high) - Number(low));
    }),
  );
  expect(wilsonInterval(0, 0)).toEqual({ value: 0, low: null, high: null });
});

test('the interval of a ratio holds the true one in some 95 of 100, though the impressions of a customer hang together', () => {
  let held = 0;
  const experiments = 400;
  for (let seed = 1; seed <= experiments; seed++) {
    const random = new Random(seed);
    const sums = { units: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
    for (; sums.units < 400; sums.units++) {
      const impressions = 1 + random.nextInt(20);
      const revenue = random.next() < 0.3 ? impressions * random.next() * 2 : 0;
      sums.x += impressions;
      sums.y += revenue;
      sums.xx += impressions ** 2;
      sums.yy += revenue ** 2;
      sums.xy += impressions * revenue;
    }
    const { low, high } = ratioInterval(sums);
    if (Number(low) <= 0.3 && Number(high) >= 0.3) held++;
  }
  expect(held / experiments).toBeGreaterThan(0.92);
  expect(held / experiments).toBeLessThan(0.98);
});

test('a ratio of one unit, or of nothing, has no interval', () => {
  expect(ratioInterval({ units: 1, x: 4, y: 8, xx: 16, yy: 64, xy: 32 })).toEqual({ value: 2, low: null, high: null });
  expect(ratioInterval({ units: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 })).toEqual({ value: 0, low: null, high: null });
});
