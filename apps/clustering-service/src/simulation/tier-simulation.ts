import type { SimulatedDay, TierMethod } from './tier-method.js';
import {
  type TierAt,
  type TierInversions,
  tierInversions,
  type TierStability,
  tierStability,
} from './tier-stability.js';

/** How the tiers of a simulation went. */
export interface TierSimulation extends TierStability {
  /** Summed over the month ends. */
  inversions: TierInversions;
}

const SEED = 1;

/** Gives tiers by a method, day after day, and looks at them at the month ends. */
export async function simulateTiers(days: Iterable<SimulatedDay>, method: TierMethod): Promise<TierSimulation> {
  const courses = new Map<string, (TierAt | undefined)[]>();
  const inversions = { all: 0, clear: 0 };
  let months = 0;
  for (const day of days) {
    const tiers = await method.tiersOn(day);
    if (!day.monthEnd || !tiers) continue;
    const members = day.customers.flatMap(({ customerId, features, revenue }, n) => {
      const tier = tiers[n];
      if (tier === undefined) return [];
      const course = courses.get(customerId) ?? [];
      course[months] = { tier, features };
      courses.set(customerId, course);
      return [{ tier, revenue }];
    });
    const { all, clear } = tierInversions(members, SEED);
    inversions.all += all;
    inversions.clear += clear;
    months++;
  }
  return { ...tierStability(Array.from(courses.values(), course => Array.from(course))), inversions };
}
