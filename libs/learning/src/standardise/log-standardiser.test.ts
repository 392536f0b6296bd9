import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogStandardiser } from './log-standardiser.js';

describe('LogStandardiser', () => {
  it('gives mean 0 and deviation 1 of the logarithms', () => {
    const rows = Float64Array.from([0, 5, 10, 5, 100, 5]);
    const standard = LogStandardiser.fit(rows, 2).transform(rows);
    const first = [standard[0]!, standard[2]!, standard[4]!];
    expect(first.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 12);
    expect(first.reduce((sum, x) => sum + x * x, 0) / 3).toBeCloseTo(1, 12);
    for (const constant of [standard[1], standard[3], standard[5]]) expect(constant).toBeCloseTo(0, 12);
  });

  it('inverse brings the raw values back', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 2, maxLength: 40 }), values => {
        const rows = Float64Array.from(values);
        const standardiser = LogStandardiser.fit(rows, 1);
        standardiser.inverse(standardiser.transform(rows)).forEach((value, p) => {
          expect(Math.abs(value - rows[p]!)).toBeLessThanOrEqual(1e-9 * (1 + rows[p]!));
        });
      }),
    );
  });

  it('names the feature that is below 0', () => {
    expect(() => LogStandardiser.fit(Float64Array.from([1, 2, 3, -4]), 2)).toThrow('Feature 1 has the value -4');
  });
});
