import type { Buyer } from '../tiers/train-tier-model.js';
import type { Tier } from '../tiers/tier.js';

/** A customer as they are on one day; `lastOrderAt` is null without an order in the window. */
export type SimulatedCustomer = Omit<Buyer, 'lastOrderAt'> & { lastOrderAt: Date | null };

/** A shop's customers on one day; at a month end a model is trained. */
export interface SimulatedDay {
  at: Date;
  monthEnd: boolean;
  customers: readonly SimulatedCustomer[];
}

/** A way to give tiers, which may remember what it decided before. */
export interface TierMethod {
  /** Everybody's tier at the end of a day, in the order of its customers; undefined before there is any. */
  tiersOn(day: SimulatedDay): Promise<readonly Tier[] | undefined>;
}

/** Those with an order in the window. */
export function buyersAmong(customers: readonly SimulatedCustomer[]): Buyer[] {
  return customers.flatMap(({ lastOrderAt, ...rest }) => (lastOrderAt ? [{ ...rest, lastOrderAt }] : []));
}
