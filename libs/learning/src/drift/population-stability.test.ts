import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { distributionOf, populationStability } from './population-stability.js';

const random = new Random(4);
const normal = (mean: number, count = 5000): number[] =>
  Array.from({ length: count }, () => mean + random.nextNormal());

describe('populationStability', () => {
  it('is next to nothing for values of the same kind, and much for others', () => {
    const before = distributionOf(normal(0));
    expect(before.shares).toHaveLength(10);
    for (const share of before.shares) expect(share).toBeCloseTo(0.1, 3);
    expect(populationStability(before, normal(0))).toBeLessThan(0.01);
    expect(populationStability(before, normal(0.3))).toBeGreaterThan(0.05);
    expect(populationStability(before, normal(1))).toBeGreaterThan(0.25);
  });

  it('is, for two parts, what the formula says', () => {
    const half = { boundaries: [0], shares: [0.5, 0.5] };
    expect(populationStability(half, [-1, 1, 1, 1])).toBeCloseTo(0.25 * Math.log(1.5) - 0.25 * Math.log(0.5), 12);
  });

  it('never parts equal values, and sees those that were never there', () => {
    const counts = distributionOf([1, 1, 1, 1, 1, 1, 1, 2, 3, 9]);
    expect(counts.boundaries).toEqual([1, 2, 3]);
    expect(counts.shares).toEqual([0.7, 0.1, 0.1, 0.1]);
    expect(distributionOf([5, 5, 5])).toEqual({ boundaries: [], shares: [1] });
    expect(populationStability({ boundaries: [1], shares: [1, 0] }, [5, 5])).toBeGreaterThan(5);
  });
});
