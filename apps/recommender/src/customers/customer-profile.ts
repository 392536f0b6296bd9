import { z } from 'zod';

/** The loyalty tiers, best first. */
export const TIERS = ['PLATINUM', 'GOLD', 'SILVER', 'BRONZE'] as const;

export type TierName = (typeof TIERS)[number];

/** The features shown with a customer. */
export const customerFeaturesSchema = z.object({
  sessionCount: z.number().int(),
  totalTimeSpendByUserInMsec: z.number(),
  averageOrderValue: z.number(),
  noOfOrders: z.number().int(),
});

export type CustomerFeatures = z.infer<typeof customerFeaturesSchema>;

/** What is told about a customer; one without a decided tier is Bronze. */
export interface CustomerProfile {
  tier: TierName;
  features: CustomerFeatures;
  perks: readonly string[];
}
