import type { KnownFeatures } from '../tiers/feature-message.js';

/** That a customer places no order within so many days, as it was forecast at a moment. */
export interface ChurnForecast {
  /** Rounded: its last digits say nothing. */
  probability: number;
  days: number;
  /** The last order that was known then. */
  asOf: Date;
}

/** The forecast of a customer; undefined where there is none, or the customer has ordered since. */
export function churnOf(known: KnownFeatures, churn: ChurnForecast | undefined): ChurnForecast | undefined {
  return churn && (known.lastOrderAt ?? churn.asOf) <= churn.asOf ? churn : undefined;
}
