import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { BoundedAssignment } from './bounded-assignment.js';
import { kmeans, nearestCentroid } from './kmeans.js';

const DIMENSIONS = 3;

function blobs(count: number, seed: number, centres: number): Float64Array<ArrayBuffer> {
  const random = new Random(seed);
  return Float64Array.from({ length: count * DIMENSIONS }, (_, p) => {
    const centre = Math.floor(p / DIMENSIONS) % centres;
    return ((centre * ((p % DIMENSIONS) + 1)) % 5) * 4 + random.nextNormal();
  });
}

/** Lloyd's algorithm word by word: every distance, every pass. */
function plainLloyd(
  points: Float64Array,
  start: Float64Array,
  weights?: Float64Array,
): { centroids: number[]; assignments: number[] } {
  const count = points.length / DIMENSIONS;
  const k = start.length / DIMENSIONS;
  let centroids = new Float64Array(start);
  let assignments: number[] = [];
  for (let pass = 0; pass < 300; pass++) {
    const next = Array.from(
      { length: count },
      (_, i) => nearestCentroid(points.slice(i * DIMENSIONS, (i + 1) * DIMENSIONS), centroids).nearest,
    );
    if (pass > 0 && next.every((own, i) => own === assignments[i])) break;
    assignments = next;
    const sums = new Float64Array(start.length);
    const mass = new Float64Array(k);
    assignments.forEach((own, i) => {
      mass[own]! += weights?.[i] ?? 1;
      for (let d = 0; d < DIMENSIONS; d++)
        sums[own * DIMENSIONS + d]! += points[i * DIMENSIONS + d]! * (weights?.[i] ?? 1);
    });
    centroids = sums.map((sum, p) => sum / mass[Math.floor(p / DIMENSIONS)]!);
  }
  return { centroids: [...centroids], assignments };
}

describe('kmeans', () => {
  it.each([1, 2, 3, 4, 5])('finds what plain Lloyd finds from the same start (seed %i)', seed => {
    const points = blobs(400, seed, 5);
    const start = points.slice(0, 5 * DIMENSIONS);
    const found = kmeans(points, { dimensions: DIMENSIONS, k: 5, seed, initialCentroids: start });
    const expected = plainLloyd(points, start);
    expect([...found.assignments]).toEqual(expected.assignments);
    expect([...found.centroids]).toEqual(expected.centroids);
  });

  it('respects weights as plain Lloyd does', () => {
    const points = blobs(300, 9, 4);
    const weights = Float64Array.from({ length: 300 }, (_, i) => (i % 7) + 0.5);
    const start = points.slice(0, 4 * DIMENSIONS);
    const found = kmeans(points, { dimensions: DIMENSIONS, k: 4, seed: 1, initialCentroids: start, weights });
    const expected = plainLloyd(points, start, weights);
    expect([...found.assignments]).toEqual(expected.assignments);
    found.centroids.forEach((value, p) => expect(value).toBeCloseTo(expected.centroids[p]!, 10));
  });

  it('a weight of 2 counts as the point twice', () => {
    const points = blobs(100, 3, 3);
    const start = points.slice(0, 3 * DIMENSIONS);
    const twice = Float64Array.from([...points, ...points.slice(0, 30 * DIMENSIONS)]);
    const weights = Float64Array.from({ length: 100 }, (_, i) => (i < 30 ? 2 : 1));
    const weighted = kmeans(points, { dimensions: DIMENSIONS, k: 3, seed: 1, initialCentroids: start, weights });
    const doubled = kmeans(twice, { dimensions: DIMENSIONS, k: 3, seed: 1, initialCentroids: start });
    expect(weighted.inertia).toBeCloseTo(doubled.inertia, 6);
  });

  it('gives the same result for the same seed', () => {
    const points = blobs(500, 4, 4);
    const options = { dimensions: DIMENSIONS, k: 4, seed: 77, starts: 3 };
    expect(kmeans(points, options)).toEqual(kmeans(points, options));
  });

  it('more starts never end worse', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 6 }), (seed, k) => {
        const points = blobs(120, seed, 6);
        const one = kmeans(points, { dimensions: DIMENSIONS, k, seed, starts: 1 });
        const many = kmeans(points, { dimensions: DIMENSIONS, k, seed, starts: 8 });
        expect(many.inertia).toBeLessThanOrEqual(one.inertia);
      }),
      { numRuns: 20 },
    );
  });

  it('finds on many points, by starts on a sample, what is best on all of them', () => {
    const points = blobs(70_000, 6, 5);
    const found = kmeans(points, { dimensions: DIMENSIONS, k: 5, seed: 3, starts: 4 });
    const truth = kmeans(points, { dimensions: DIMENSIONS, k: 5, seed: 3, initialCentroids: points.slice(0, 15) });
    expect(found.assignments).toHaveLength(70_000);
    expect(found.inertia).toBeLessThanOrEqual(truth.inertia * 1.000001);
    const again = kmeans(points, { dimensions: DIMENSIONS, k: 5, seed: 3, initialCentroids: found.centroids });
    expect(again.assignments).toEqual(found.assignments);
  });

  it('gives an emptied cluster the farthest point', () => {
    const points = Float64Array.from([0, 0, 0, 1, 0, 0, 50, 0, 0, 51, 0, 0]);
    const start = Float64Array.from([0, 0, 0, 50, 0, 0, 900, 900, 900]);
    const found = kmeans(points, { dimensions: DIMENSIONS, k: 3, seed: 1, initialCentroids: start });
    expect(found.sizes.every(size => size > 0)).toBe(true);
    expect(found.inertia).toBeCloseTo(0.5, 12);
  });

  it('refuses fewer points than clusters', () => {
    expect(() => kmeans(new Float64Array(6), { dimensions: 3, k: 3, seed: 1 })).toThrow(
      "2 points can't be split into 3",
    );
  });
});

describe('BoundedAssignment', () => {
  it('computes fewer distances than every point against every centroid', () => {
    const points = blobs(2000, 8, 5);
    const start = points.slice(0, 5 * DIMENSIONS);
    const assignment = new BoundedAssignment(points, DIMENSIONS, 5);
    assignment.assign(start);
    expect(assignment.distanceCount).toBe(10_000);
    expect(assignment.assign(start)).toBe(0);
    expect(assignment.distanceCount).toBeLessThan(13_000);
  });
});
