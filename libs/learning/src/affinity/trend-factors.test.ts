import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trendFactors } from './trend-factors.js';
import { applyTrend } from './trend-model.js';

const counts = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 20 });

describe('trendFactors', () => {
  it('by hand: half of all recent purchases against a quarter of the earlier ones', () => {
    const factors = trendFactors([25, 75], [50, 50], { strength: 1, smoothing: 0 });
    expect([...factors]).toEqual([2, Math.fround(2 / 3)]);
    expect(trendFactors([25, 75], [50, 50], { strength: 0.5, smoothing: 0 })[0]).toBeCloseTo(Math.SQRT2, 6);
  });

  it('is 1 for every item where the shares stay', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 5 }),
        (earlier, times) => {
          const recent = earlier.map(count => count * times);
          for (const factor of trendFactors(earlier, recent, { strength: 0.7, smoothing: 5 }))
            expect(factor).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  it('is above 0 and finite, for items never bought too', () => {
    fc.assert(
      fc.property(counts, given => {
        const factors = trendFactors(
          given.map(([earlier]) => earlier),
          given.map(([, recent]) => recent),
          { strength: 0.8, smoothing: 5 },
        );
        for (const factor of factors) expect(factor > 0 && factor < Infinity).toBe(true);
      }),
    );
  });
});

describe('applyTrend', () => {
  it('raises with rising demand whatever the sign of the score', () => {
    const scores = Float32Array.from([2, -2, 0]);
    applyTrend(scores, Float32Array.from([2, 2, 2]));
    expect([...scores]).toEqual([4, -1, 0]);
  });
});
