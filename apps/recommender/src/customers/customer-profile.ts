/** The loyalty tiers, best first. */
export const TIERS = ['PLATINUM', 'GOLD', 'SILVER', 'BRONZE'] as const;

export type TierName = (typeof TIERS)[number];

/** The features shown with a customer. */
export interface CustomerFeatures {
  sessionCount: number;
  totalTimeSpendByUserInMsec: number;
  averageOrderValue: number;
  noOfOrders: number;
}

/** What is told about a customer; one without a decided tier is Bronze. */
export interface CustomerProfile {
  tier: TierName;
  features: CustomerFeatures;
  perks: readonly string[];
}
