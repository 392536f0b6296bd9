import type { Tier } from '../tiers/tier.js';

/** How calm tiers are over time. */
export interface TierStability {
  /** Of the customers with a tier at two month ends in a row, how many have another: per cent, the mean over the months after the first. */
  changesPctMonth: number;
  /** How often a customer was back in a tier after having left it, per thousand customers. */
  flapsPer1000: number;
}

/** Each customer's tier at every month end; undefined before there was one. */
export type TierCourses = Iterable<readonly (Tier | undefined)[]>;

/** The stability of tiers, from what they were at the month ends. */
export function tierStability(courses: TierCourses): TierStability {
  const months: { changed: number; of: number }[] = [];
  let flaps = 0;
  let customers = 0;
  for (const course of courses) {
    customers++;
    const left = new Set<Tier>();
    course.forEach((tier, month) => {
      const before = course[month - 1];
      if (tier === undefined || before === undefined) return;
      const count = (months[month] ??= { changed: 0, of: 0 });
      count.of++;
      if (tier === before) return;
      count.changed++;
      left.add(before);
      if (left.has(tier)) flaps++;
    });
  }
  const shares = months.filter(month => month !== undefined).map(({ changed, of }) => (100 * changed) / of);
  return {
    changesPctMonth: shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length),
    flapsPer1000: (1000 * flaps) / Math.max(1, customers),
  };
}

/** Pairs of tiers of which the lower one's members are worth more on average; a tier without members is in no pair. */
export function tierInversions(members: Iterable<{ tier: Tier; revenue: number }>, tiers: readonly Tier[]): number {
  const sums = new Map<Tier, { revenue: number; count: number }>();
  for (const { tier, revenue } of members) {
    const sum = sums.get(tier) ?? { revenue: 0, count: 0 };
    sums.set(tier, { revenue: sum.revenue + revenue, count: sum.count + 1 });
  }
  const means = tiers.flatMap(tier => {
    const sum = sums.get(tier);
    return sum ? [sum.revenue / sum.count] : [];
  });
  return means.reduce((pairs, mean, rank) => pairs + means.slice(rank + 1).filter(lower => lower > mean).length, 0);
}
