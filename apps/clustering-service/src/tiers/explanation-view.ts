import { z } from 'zod';
import type { TierExplanation } from './explain-tier.js';
import { TIER_FEATURES } from './tier-features.js';
import { TIERS } from './tier.js';

const feature = z.enum(TIER_FEATURES);
const tier = z.enum(TIERS);

/** A {@link TierExplanation}, as the API shows it. */
export const modelExplanationSchema: z.ZodType<TierExplanation> = z.object({
  tier,
  nearest_tier: tier.meta({
    description: 'May differ from the tier within the hysteresis, or while a downgrade waits',
  }),
  neighbour: tier.meta({ description: 'The tier compared with: the next one up, for Platinum the one below' }),
  margin: z.number(),
  distances: z.record(tier, z.number()),
  contributions: z.array(
    z.object({
      feature,
      value: z.number(),
      own_centroid: z.number(),
      neighbour_centroid: z.number(),
      squared_distance_to_own: z.number(),
      squared_distance_to_neighbour: z.number(),
      difference: z
        .number()
        .meta({ description: 'Positive speaks for the own tier, negative for the neighbouring one' }),
    }),
  ),
  moves_up: z
    .object({
      to: tier,
      changes: z.array(z.object({ feature, from: z.number(), to: z.number() })),
      distance: z.number(),
    })
    .nullable()
    .meta({ description: 'The smallest change that moves the customer up at once' }),
});
