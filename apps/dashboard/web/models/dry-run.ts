import * as z from 'zod/mini';

const byTier = z.object({ PLATINUM: z.number(), GOLD: z.number(), SILVER: z.number(), BRONZE: z.number() });
const matrix = z.object({ PLATINUM: byTier, GOLD: byTier, SILVER: byTier, BRONZE: byTier });

/** What making a version of the tiers' model live would do. */
export const dryRunSchema = z.looseObject({
  version: z.number(),
  customers: z.number(),
  as_of: z.string(),
  transitions: matrix,
  headed_for: matrix,
  revenue_at_risk: z.object({ customers: z.number(), revenue: z.number(), share: z.number() }),
  messages: z.record(z.string(), z.number()),
});

/** Customers by the tier they have (rows) and the one they would have (columns). */
export type TierMatrix = z.infer<typeof matrix>;
