import { describe, expect, it } from 'vitest';
import { type Tier, TIERS } from '../tiers/tier.js';
import { type TierAt, tierInversions, tierStability } from './tier-stability.js';

const tierOf = (letter: string): Tier | undefined => TIERS.find(tier => tier.startsWith(letter));
const featuresOf = (no_of_orders: number) => ({
  average_order_value: 10,
  no_of_orders,
  session_count: 1,
  total_time_spend_by_user_in_msec: 1,
});

/** A course by the tiers' first letters, with the orders at each month end; one order always unless told. */
const course = (letters: string, orders = letters.replaceAll(/./g, '1')): (TierAt | undefined)[] =>
  [...letters].map((letter, month) => {
    const tier = tierOf(letter);
    return tier && { tier, features: featuresOf(Number(orders[month])) };
  });

describe('the stability of tiers', () => {
  it.each<[string, string[], number, number]>([
    ['nothing changes', ['GGG', 'BBB'], 0, 0],
    ['half of them change in one of two months', ['GSS', 'BBB'], 25, 0],
    ['there and back is one flap', ['GSG', 'BBB'], 50, 500],
    ['there, back and there again is two', ['GSGS'], 100, 2000],
    ['up and further up is none', ['BSGP'], 100, 0],
    ['who comes later counts from then on', ['..GS', 'BBBB'], (0 + 0 + 50) / 3, 0],
  ])('%s', (_, courses, changesPctMonth, flapsPer1000) => {
    expect(tierStability(courses.map(letters => course(letters)))).toMatchObject({ changesPctMonth, flapsPer1000 });
  });

  it('tells changes by a first order, by the last one’s leaving, and by what the customer did from those out of nothing new', () => {
    const courses = [
      course('BS', '01'),
      course('GB', '10'),
      course('SG', '23'),
      course('GS', '22'),
      course('PP', '12'),
    ];
    expect(tierStability(courses).changesByCause).toEqual({
      placed: 20,
      lapsed: 20,
      customer: 20,
      nothingNew: 20,
    });
  });

  it('says the changes of each month too', () => {
    expect(tierStability([course('BSS', '012'), course('GGB', '110')]).changesByMonth).toEqual([
      { placed: 50, lapsed: 0, customer: 0, nothingNew: 0 },
      { placed: 0, lapsed: 50, customer: 0, nothingNew: 0 },
    ]);
  });

  it('counts pairs of tiers that are worth the wrong way round, and those that are no tie', () => {
    const worth = (...revenues: number[]) =>
      revenues.flatMap((revenue, rank) =>
        [revenue - 0.1, revenue, revenue + 0.1].map(each => ({ tier: TIERS[rank] ?? 'BRONZE', revenue: each })),
      );
    expect(tierInversions(worth(4, 3, 2, 1), 1)).toEqual({ all: 0, clear: 0 });
    expect(tierInversions(worth(3, 4, 2, 1), 1)).toEqual({ all: 1, clear: 1 });
    expect(tierInversions(worth(3, 3.01, 2, 1), 1)).toEqual({ all: 1, clear: 0 });
    expect(tierInversions(worth(1, 2, 3, 4), 1)).toEqual({ all: 6, clear: 6 });
    expect(tierInversions(worth(4, 3), 1)).toEqual({ all: 0, clear: 0 });
  });
});
