import { TIER_FEATURES, type TierFeatures } from '../tiers/tier-features.js';
import type { Tier } from '../tiers/tier.js';

/** A customer's tier at a month end, and the features at that moment. */
export interface TierAt {
  tier: Tier;
  features: TierFeatures;
}

/** Why a tier is another one than a month before, as far as the features of both moments tell. */
export interface ChangesByCause {
  /** There is no order in the window at one of the two: a first order, or none any more. */
  gate: number;
  /** A feature is another one: the customer did something, or something left the window. */
  customer: number;
  /** All features are the same: another model, or a downgrade that was waiting. */
  nothingNew: number;
}

/** How calm tiers are over time. */
export interface TierStability {
  /** Of the customers with a tier at two month ends in a row, how many have another: per cent, the mean over the months after the first. */
  changesPctMonth: number;
  /** The same in parts; they add up to the whole. */
  changesByCause: ChangesByCause;
  /** How often a customer was back in a tier after having left it, per thousand customers. */
  flapsPer1000: number;
}

/** Each customer at every month end; undefined before there was a tier. */
export type TierCourses = Iterable<readonly (TierAt | undefined)[]>;

/** The stability of tiers, from what they were at the month ends. */
export function tierStability(courses: TierCourses): TierStability {
  const months: (ChangesByCause & { of: number })[] = [];
  let flaps = 0;
  let customers = 0;
  for (const course of courses) {
    customers++;
    const left = new Set<Tier>();
    course.forEach((now, month) => {
      const before = course[month - 1];
      if (now === undefined || before === undefined) return;
      const count = (months[month] ??= { gate: 0, customer: 0, nothingNew: 0, of: 0 });
      count.of++;
      if (now.tier === before.tier) return;
      count[causeOf(before.features, now.features)]++;
      left.add(before.tier);
      if (left.has(now.tier)) flaps++;
    });
  }
  const counted = months.filter(month => month !== undefined);
  const share = (cause: keyof ChangesByCause): number =>
    counted.reduce((sum, month) => sum + (100 * month[cause]) / month.of, 0) / Math.max(1, counted.length);
  const changesByCause = { gate: share('gate'), customer: share('customer'), nothingNew: share('nothingNew') };
  return {
    changesPctMonth: changesByCause.gate + changesByCause.customer + changesByCause.nothingNew,
    changesByCause,
    flapsPer1000: (1000 * flaps) / Math.max(1, customers),
  };
}

function causeOf(before: TierFeatures, now: TierFeatures): keyof ChangesByCause {
  if ((before.no_of_orders === 0) !== (now.no_of_orders === 0)) return 'gate';
  return TIER_FEATURES.some(name => before[name] !== now[name]) ? 'customer' : 'nothingNew';
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
