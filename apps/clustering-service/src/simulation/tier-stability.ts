import { revenueInterval } from '../tiers/revenue-interval.js';
import { TIER_FEATURES, type TierFeatures } from '../tiers/tier-features.js';
import { type Tier, TIERS } from '../tiers/tier.js';

/** A customer's tier at a month end, and the features at that moment. */
export interface TierAt {
  tier: Tier;
  features: TierFeatures;
}

/** Why a tier is another one than a month before, as far as the features of both moments tell. */
export interface ChangesByCause {
  /** There was no order in the window before and is one now: the model gave the customer a tier for the first time, or anew. */
  placed: number;
  /** There was an order in the window before and is none now. */
  lapsed: number;
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
  /** The same of each month after the first, in time. */
  changesByMonth: readonly ChangesByCause[];
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
      const count = (months[month] ??= { placed: 0, lapsed: 0, customer: 0, nothingNew: 0, of: 0 });
      count.of++;
      if (now.tier === before.tier) return;
      count[causeOf(before.features, now.features)]++;
      left.add(before.tier);
      if (left.has(now.tier)) flaps++;
    });
  }
  const changesByMonth = months
    .filter(month => month !== undefined)
    .map(month => partsOf(cause => (100 * month[cause]) / month.of));
  const changesByCause = partsOf(
    cause => changesByMonth.reduce((sum, month) => sum + month[cause], 0) / Math.max(1, changesByMonth.length),
  );
  const { placed, lapsed, customer, nothingNew } = changesByCause;
  return {
    changesPctMonth: placed + lapsed + customer + nothingNew,
    changesByCause,
    changesByMonth,
    flapsPer1000: (1000 * flaps) / Math.max(1, customers),
  };
}

function partsOf(share: (cause: keyof ChangesByCause) => number): ChangesByCause {
  return {
    placed: share('placed'),
    lapsed: share('lapsed'),
    customer: share('customer'),
    nothingNew: share('nothingNew'),
  };
}

function causeOf(before: TierFeatures, now: TierFeatures): keyof ChangesByCause {
  if (before.no_of_orders === 0 && now.no_of_orders > 0) return 'placed';
  if (before.no_of_orders > 0 && now.no_of_orders === 0) return 'lapsed';
  return TIER_FEATURES.some(name => before[name] !== now[name]) ? 'customer' : 'nothingNew';
}

/** Pairs of tiers that are worth the wrong way round. */
export interface TierInversions {
  /** The lower one's members are worth more on average. */
  all: number;
  /** Of these, those whose intervals do not overlap, so that by the rules of {@link nameClusters} they are no tie. */
  clear: number;
}

/** Counts inversions; a tier without members is in no pair. `seed` draws the bootstrap samples. */
export function tierInversions(members: Iterable<{ tier: Tier; revenue: number }>, seed: number): TierInversions {
  const revenues = Map.groupBy(members, ({ tier }) => tier);
  const worth = TIERS.flatMap(tier => {
    const own = revenues.get(tier);
    return own
      ? [
          revenueInterval(
            own.map(({ revenue }) => revenue),
            seed,
          ),
        ]
      : [];
  });
  const pairs = worth.flatMap((upper, rank) => worth.slice(rank + 1).map(lower => ({ upper, lower })));
  return {
    all: pairs.filter(({ upper, lower }) => lower.mean > upper.mean).length,
    clear: pairs.filter(({ upper, lower }) => lower.low > upper.high).length,
  };
}
