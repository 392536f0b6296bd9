import { describe, expect, it } from 'vitest';
import { type Tier, TIERS } from '../tiers/tier.js';
import { tierInversions, tierStability } from './tier-stability.js';

const course = (letters: string): (Tier | undefined)[] =>
  [...letters].map(letter => TIERS.find(tier => tier.startsWith(letter)));

describe('the stability of tiers', () => {
  it.each<[string, string[], number, number]>([
    ['nothing changes', ['GGG', 'BBB'], 0, 0],
    ['half of them change in one of two months', ['GSS', 'BBB'], 25, 0],
    ['there and back is one flap', ['GSG', 'BBB'], 50, 500],
    ['there, back and there again is two', ['GSGS'], 100, 2000],
    ['up and further up is none', ['BSGP'], 100, 0],
    ['who comes later counts from then on', ['..GS', 'BBBB'], (0 + 0 + 50) / 3, 0],
  ])('%s', (_, courses, changes, flaps) => {
    expect(tierStability(courses.map(course))).toEqual({ changesPctMonth: changes, flapsPer1000: flaps });
  });

  it('counts pairs of tiers that are worth the wrong way round', () => {
    const worth = (...revenues: number[]) =>
      revenues.map((revenue, rank) => ({ tier: TIERS[rank] ?? 'BRONZE', revenue }));
    expect(tierInversions(worth(4, 3, 2, 1), TIERS)).toBe(0);
    expect(tierInversions(worth(3, 4, 2, 1), TIERS)).toBe(1);
    expect(tierInversions(worth(1, 2, 3, 4), TIERS)).toBe(6);
    expect(tierInversions(worth(4, 3), TIERS)).toBe(0);
  });
});
