import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_SCALES, Standardiser, standardiserState } from './standardiser.js';

describe('Standardiser', () => {
  it('gives mean 0 and deviation 1 of the logarithms', () => {
    const rows = Float64Array.from([0, 5, 10, 5, 100, 5]);
    const standard = Standardiser.fit(rows, 2).transform(rows);
    const first = [standard[0]!, standard[2]!, standard[4]!];
    expect(first.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 12);
    expect(first.reduce((sum, x) => sum + x * x, 0) / 3).toBeCloseTo(1, 12);
    for (const constant of [standard[1], standard[3], standard[5]]) expect(constant).toBeCloseTo(0, 12);
  });

  it('gives what the model was trained on, on any scale', () => {
    const rows = Float64Array.from([0, 1, 16]);
    expect(Standardiser.fit(rows, 1, 'root').state.means[0]).toBeCloseTo(5 / 3, 12);
    expect(Standardiser.fit(rows, 1, 'plain').state.means[0]).toBeCloseTo(17 / 3, 12);
    expect(standardiserState.parse({ means: [1], deviations: [2] }).scale).toBe('log');
  });

  it.each(FEATURE_SCALES)('inverse brings the raw values back from the scale %s', scale => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 2, maxLength: 40 }), values => {
        const rows = Float64Array.from(values);
        const standardiser = Standardiser.fit(rows, 1, scale);
        standardiser.inverse(standardiser.transform(rows)).forEach((value, p) => {
          expect(Math.abs(value - rows[p]!)).toBeLessThanOrEqual(1e-9 * (1 + rows[p]!));
        });
      }),
    );
  });

  it('names the feature that is below 0', () => {
    expect(() => Standardiser.fit(Float64Array.from([1, 2, 3, -4]), 2)).toThrow('Feature 1 has the value -4');
  });
});
