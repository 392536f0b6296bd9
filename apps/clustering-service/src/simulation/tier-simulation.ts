import { TIERS } from '../tiers/tier.js';
import type { SimulatedDay, TierMethod } from './tier-method.js';
import { type TierAt, tierInversions, type TierStability, tierStability } from './tier-stability.js';

/** How the tiers of a simulation went. */
export interface TierSimulation extends TierStability {
  /** Summed over the month ends. */
  inversions: number;
}

/** Gives tiers by a method, day after day, and looks at them at the month ends. */
export async function simulateTiers(days: Iterable<SimulatedDay>, method: TierMethod): Promise<TierSimulation> {
  const courses = new Map<string, (TierAt | undefined)[]>();
  let inversions = 0;
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
    inversions += tierInversions(members, TIERS);
    months++;
  }
  return { ...tierStability(Array.from(courses.values(), course => Array.from(course))), inversions };
}
