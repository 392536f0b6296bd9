import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RateMeter } from './rate-meter.js';

it('tells the mean of the last thirty seconds, whatever came before', () => {
  const notes = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 1000 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(notes, fc.integer({ min: 0, max: 120 }), (given, later) => {
      const meter = new RateMeter();
      const sorted = given.toSorted(([a], [b]) => a - b);
      const now = Math.max(later, sorted.at(-1)?.[0] ?? 0) + 1;
      for (const [second, count] of sorted) meter.note(count, (second + 1) * 1000 + 500);
      const recent = sorted.filter(([second]) => second + 1 > now - 30).reduce((sum, [, count]) => sum + count, 0);
      const first = sorted[0]?.[0] ?? now - 1;
      expect(meter.perSecond(now * 1000 + 999)).toBeCloseTo(recent / Math.min(30, now - first), 9);
    }),
  );
});
