import type { TierPolicy } from '../configuration/tier-configuration.js';
import { marginOf } from './decide-tier.js';
import { COUNTS, TIER_FEATURES, type TierFeature, type TierFeatures } from './tier-features.js';
import type { TierModel } from './tier-model.js';
import { rankOf, stepUp, type Tier } from './tier.js';

/** A change of features that lifts a customer, in raw units. */
export interface TierRise {
  to: Tier;
  changes: { feature: TierFeature; from: number; to: number }[];
  /** How far the customer would move, in standardised units: smaller is easier. */
  distance: number;
}

const STEPS = 400;
const REACH = 4;
const BISECTIONS = 40;

/**
 * The smallest change that moves a customer of `tier` up at once. First one feature alone, larger than now; where none does it alone, all
 * features together towards the centroid of a higher tier. Orders and sessions change in whole numbers. No change at all
 * where the customer moves up as they are (an order takes them through the gate). Null only where nothing found leads up.
 */
export function smallestRise(
  model: TierModel,
  features: TierFeatures,
  tier: Tier,
  policy: TierPolicy,
): TierRise | null {
  const ordering = withAnOrder(features);
  const rise = new RiseSearch(model, ordering, tier, policy);
  const alone = rise.leadsUp(ordering) ? [ordering] : TIER_FEATURES.flatMap(feature => rise.byOne(feature) ?? []);
  const together = alone.length > 0 ? [] : higherTiers(tier).flatMap(goal => rise.towards(goal) ?? []);
  const best = [...alone, ...together].reduce<TierFeatures | undefined>(
    (a, b) => (a === undefined || rise.distance(b) < rise.distance(a) ? b : a),
    undefined,
  );
  if (!best) return null;
  return {
    to: model.score(best).tier,
    changes: TIER_FEATURES.flatMap(feature =>
      best[feature] === features[feature] ? [] : [{ feature, from: features[feature], to: best[feature] }],
    ),
    distance: rise.distance(best),
  };
}

/** The gate needs an order first. */
function withAnOrder(features: TierFeatures): TierFeatures {
  return features.no_of_orders >= 1 ? features : { ...features, no_of_orders: 1 };
}

function higherTiers(tier: Tier): Tier[] {
  const next = stepUp(tier);
  return next === undefined ? [] : [next, ...higherTiers(next)];
}

class RiseSearch {
  private readonly place: Float64Array;

  constructor(
    private readonly model: TierModel,
    private readonly from: TierFeatures,
    private readonly tier: Tier,
    private readonly policy: TierPolicy,
  ) {
    this.place = model.standardised(from);
  }

  distance(features: TierFeatures): number {
    return Math.hypot(...this.model.standardised(features).map((value, d) => value - (this.place[d] ?? 0)));
  }

  /** The least larger value of one feature that leads up, to the precision of the search. */
  byOne(feature: TierFeature): TierFeatures | undefined {
    const d = TIER_FEATURES.indexOf(feature);
    const at = (step: number): TierFeatures => {
      const moved = Float64Array.from(this.place);
      moved[d] = (moved[d] ?? 0) + (REACH * step) / STEPS;
      const value = this.model.raw(moved)[d] ?? 0;
      return { ...this.from, [feature]: COUNTS.has(feature) ? Math.ceil(value) : value };
    };
    return this.first(at);
  }

  /** The nearest place on the way to a tier's centroid that leads up; counts are rounded whichever way still does. */
  towards(goal: Tier): TierFeatures | undefined {
    const centroid = this.model.centroidOf(goal);
    const ways = [Math.ceil, Math.floor].flatMap(orders =>
      [Math.ceil, Math.floor].map(sessions => [orders, sessions] as const),
    );
    const found = ways.flatMap(([orders, sessions]) => {
      const at = (step: number): TierFeatures => {
        const moved = this.place.map((value, d) => value + (((centroid[d] ?? 0) - value) * step) / STEPS);
        const [value = 0, count = 0, visits = 0, time = 0] = this.model.raw(moved);
        return {
          average_order_value: value,
          no_of_orders: Math.max(1, orders(count)),
          session_count: Math.max(0, sessions(visits)),
          total_time_spend_by_user_in_msec: time,
        };
      };
      return this.first(at) ?? [];
    });
    return found.reduce<TierFeatures | undefined>(
      (a, b) => (a === undefined || this.distance(b) < this.distance(a) ? b : a),
      undefined,
    );
  }

  private first(at: (step: number) => TierFeatures): TierFeatures | undefined {
    for (let step = 0; step <= STEPS; step++) {
      if (!this.leadsUp(at(step))) continue;
      let [low, high] = [Math.max(0, step - 1), step];
      for (let n = 0; n < BISECTIONS; n++) {
        const middle = (low + high) / 2;
        if (this.leadsUp(at(middle))) high = middle;
        else low = middle;
      }
      return at(high);
    }
    return undefined;
  }

  /** Whether a customer with these features would move up at once. */
  leadsUp(features: TierFeatures): boolean {
    const score = this.model.score(features);
    return rankOf(score.tier) < rankOf(this.tier) && marginOf(score, this.tier) >= this.policy.hysteresisMargin;
  }
}
