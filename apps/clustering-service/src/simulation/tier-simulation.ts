import type { Trainer } from '@laurel/learning';
import type { TierPolicy } from '../configuration/tier-configuration.js';
import { decideTier } from '../tiers/decide-tier.js';
import { TIER_FEATURES, vectorOf } from '../tiers/tier-features.js';
import { TierModel } from '../tiers/tier-model.js';
import type { TierStanding } from '../tiers/tier-standing.js';
import { type Buyer, trainTierModel } from '../tiers/train-tier-model.js';
import { type Tier, TIERS } from '../tiers/tier.js';
import { tierInversions, type TierStability, tierStability } from './tier-stability.js';

/** A customer as they are on one day; `lastOrderAt` is null without an order in the window. */
export type SimulatedCustomer = Omit<Buyer, 'lastOrderAt'> & { lastOrderAt: Date | null };

/** A shop's customers on one day; at a month end a model is trained. */
export interface SimulatedDay {
  at: Date;
  monthEnd: boolean;
  customers: readonly SimulatedCustomer[];
}

/** How the tiers of a simulation went. */
export interface TierSimulation extends TierStability {
  /** Summed over the month ends. */
  inversions: number;
  /** Models that were kept from going live, since they would have turned the order of tiers round. */
  held: number;
}

/** The tiers as the service decides them: every customer every day, a model trained anew at each month end. */
export async function simulateTiers(
  days: Iterable<SimulatedDay>,
  trainer: Pick<Trainer, 'trainClusters'>,
  policy: TierPolicy,
  windowDays: number,
): Promise<TierSimulation> {
  const standings = new Map<string, TierStanding>();
  const months = new MonthEnds();
  let model: TierModel | undefined;
  let held = 0;
  for (const { at, monthEnd, customers } of days) {
    if (monthEnd) {
      const result = await trainTierModel(trainer, buyersOf(customers), model?.data, policy);
      if (result.kind === 'trained' && result.hold === undefined) model = new TierModel(result.model);
      else if (result.kind === 'trained') held++;
    }
    if (!model) continue;
    for (const { customerId, features, lastOrderAt } of customers) {
      const standing = standings.get(customerId);
      const decision = decideTier({ features, lastOrderAt, standing, pin: null, model, policy, windowDays, now: at });
      standings.set(customerId, decision.standing);
    }
    if (monthEnd) months.note(customers, id => standings.get(id)?.tier);
  }
  return { ...months.result(), held };
}

/**
 * The plain method to compare with: everybody clustered each month from scratch on the standardised features as they are, and cluster
 * numbers taken for tiers.
 */
export async function simulatePlainTiers(
  days: Iterable<SimulatedDay>,
  trainer: Pick<Trainer, 'trainClusters'>,
  seed: number,
): Promise<TierSimulation> {
  const months = new MonthEnds();
  let month = 0;
  for (const { monthEnd, customers } of days) {
    if (!monthEnd) continue;
    const rows = unlogged(customers);
    const result = await trainer.trainClusters(
      { featureNames: TIER_FEATURES, rows },
      { k: TIERS.length, seed: seed + month++ },
    );
    if (result.kind === 'refused') continue;
    const tiers = new Map(result.customerIds.map((id, at) => [id, TIERS[result.assignments[at] ?? -1]]));
    months.note(customers, id => tiers.get(id));
  }
  return { ...months.result(), held: 0 };
}

/** Everybody's tier at the month ends. */
class MonthEnds {
  private readonly courses = new Map<string, (Tier | undefined)[]>();
  private inversions = 0;
  private months = 0;

  note(customers: readonly SimulatedCustomer[], tierOf: (customerId: string) => Tier | undefined): void {
    const members = customers.flatMap(({ customerId, revenue }) => {
      const tier = tierOf(customerId);
      if (tier === undefined) return [];
      const course = this.courses.get(customerId) ?? [];
      course[this.months] = tier;
      this.courses.set(customerId, course);
      return [{ tier, revenue }];
    });
    this.inversions += tierInversions(members, TIERS);
    this.months++;
  }

  result(): TierStability & { inversions: number } {
    const courses = Array.from(this.courses.values(), course => Array.from(course));
    return { ...tierStability(courses), inversions: this.inversions };
  }
}

function buyersOf(customers: readonly SimulatedCustomer[]): Buyer[] {
  return customers.flatMap(({ lastOrderAt, ...rest }) => (lastOrderAt ? [{ ...rest, lastOrderAt }] : []));
}

/** Rows of which the trainer's logarithm gives the features back, each in units of its deviation. */
function unlogged(customers: readonly SimulatedCustomer[]): { customerId: string; features: number[] }[] {
  const vectors = customers.map(({ features }) => vectorOf(features));
  const scales = TIER_FEATURES.map((_, d) => {
    const values = vectors.map(vector => vector[d] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length)) || 1;
  });
  return customers.map(({ customerId }, row) => ({
    customerId,
    features: scales.map((scale, d) => Math.expm1((vectors[row]?.[d] ?? 0) / scale)),
  }));
}
