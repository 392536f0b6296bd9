import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { adjustedRandIndex } from './adjusted-rand-index.js';
import { bootstrapJaccard } from './bootstrap-jaccard.js';
import { daviesBouldin, meanSquaredDistance } from './davies-bouldin.js';
import { hungarian, matchCentroids } from './hungarian.js';
import { kmeans } from './kmeans.js';
import { sampledSilhouette } from './silhouette.js';

const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 60 });

function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]];
  return values.flatMap(value => permutations(values.filter(other => other !== value)).map(rest => [value, ...rest]));
}

describe('hungarian', () => {
  it('finds the cheapest of all assignments', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 6 })
          .chain(n =>
            fc
              .array(fc.integer({ min: -50, max: 50 }), { minLength: n * n, maxLength: n * n })
              .map(costs => ({ n, costs })),
          ),
        ({ n, costs }) => {
          const cost = (columns: readonly number[]) =>
            columns.reduce((sum, column, row) => sum + costs[row * n + column]!, 0);
          const found = hungarian(Float64Array.from(costs), n);
          expect([...found].sort()).toEqual([...found.keys()]);
          expect(cost(found)).toBe(Math.min(...permutations([...found.keys()]).map(cost)));
        },
      ),
    );
  });

  it('matches centroids to where they moved', () => {
    const before = Float64Array.from([0, 0, 10, 0, 0, 10]);
    const after = Float64Array.from([0.5, 9, 0.2, 0.1, 9, 1]);
    expect(matchCentroids(before, after, 2)).toEqual([1, 2, 0]);
  });
});

describe('adjustedRandIndex', () => {
  it('is 1 for renamed labels', () => {
    fc.assert(
      fc.property(labels, given => {
        expect(
          adjustedRandIndex(
            given,
            given.map(label => (label * 3 + 1) % 5),
          ),
        ).toBeCloseTo(1, 12);
      }),
    );
  });

  it('does not depend on which clustering comes first, or on the order of the points', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), { minLength: 2 }),
        pairs => {
          const a = pairs.map(([left]) => left);
          const b = pairs.map(([, right]) => right);
          const forward = adjustedRandIndex(a, b);
          expect(adjustedRandIndex(b, a)).toBeCloseTo(forward, 12);
          expect(adjustedRandIndex([...a].reverse(), [...b].reverse())).toBeCloseTo(forward, 12);
          expect(forward).toBeLessThanOrEqual(1 + 1e-12);
        },
      ),
    );
  });

  it('agrees with a table worked by hand', () => {
    // Cells 2, 1, 0, 3: 1 + 3 pairs together; rows 3 + 3, columns 1 + 6, 15 in all: (4 − 2.8) / (6.5 − 2.8).
    expect(adjustedRandIndex([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1])).toBeCloseTo(1.2 / 3.7, 12);
  });
});

describe('figures of a clustering', () => {
  const points = Float64Array.from([0, 2, 10, 14]);
  const centroids = Float64Array.from([1, 12]);
  const assignments = Int32Array.from([0, 0, 1, 1]);

  it('Davies–Bouldin: (1 + 2) / 11 from either side', () => {
    expect(daviesBouldin(points, 1, centroids, assignments)).toBeCloseTo(3 / 11, 12);
  });

  it('mean squared distance: (1 + 1 + 4 + 4) / 4', () => {
    expect(meanSquaredDistance(points, 1, centroids, assignments)).toBe(2.5);
  });

  it('silhouette by hand, with all points in the sample', () => {
    const expected = [(12 - 2) / 12, (10 - 2) / 10, (9 - 4) / 9, (13 - 4) / 13].reduce((sum, s) => sum + s, 0) / 4;
    expect(sampledSilhouette(points, 1, assignments, { sampleSize: 10, seed: 1 })).toBeCloseTo(expected, 12);
  });
});

describe('bootstrapJaccard', () => {
  const random = new Random(5);
  const apart = Float64Array.from({ length: 300 }, (_, i) => (i % 3) * 100 + random.nextNormal());
  const formless = Float64Array.from({ length: 300 }, () => random.next());

  it('is near 1 for clusters far apart and lower where there are none', () => {
    const stability = (points: Float64Array<ArrayBuffer>) => {
      const { assignments } = kmeans(points, { dimensions: 1, k: 3, seed: 1 });
      return Math.min(...bootstrapJaccard(points, assignments, { dimensions: 1, k: 3, seed: 2, resamples: 20 }));
    };
    expect(stability(apart)).toBeGreaterThan(0.99);
    expect(stability(formless)).toBeLessThan(0.95);
  });
});
