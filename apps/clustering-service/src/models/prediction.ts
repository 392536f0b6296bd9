import { z } from 'zod';
import { TIER_FEATURES, type TierFeature, type TierFeatures } from '../tiers/tier-features.js';
import type { TierModel } from '../tiers/tier-model.js';
import { type Tier, TIERS } from '../tiers/tier.js';

const MOST_INSTANCES = 10_000;

const value = (feature: TierFeature, index: number) =>
  z
    .number({ error: `instances[${index}].${feature}: a number from 0 up was expected` })
    .min(0, `instances[${index}].${feature}: a number from 0 up was expected`);

/** The body of a prediction, in Vertex AI's shape. */
export const predictionRequestSchema = z.object({
  instances: z
    .array(z.unknown(), { error: 'instances: a list was expected' })
    .min(1, 'instances: at least one was expected')
    .max(MOST_INSTANCES, `instances: at most ${MOST_INSTANCES} a request`)
    .meta({
      description: 'Each by its four features, or by a user_pseudo_id',
      example: [
        { average_order_value: 12.8, no_of_orders: 60, session_count: 8, total_time_spend_by_user_in_msec: 2224770 },
      ],
    }),
});

/** The answer to a prediction, in Vertex AI's shape; centroids are numbered from 1, distances are standardised. */
export const predictionAnswerSchema = z.object({
  predictions: z.array(
    z.object({
      nearest_centroid_id: z.array(z.number()),
      centroid_distances: z.array(z.number()),
      centroid_ids: z.array(z.number()),
      tier: z.enum(TIERS),
    }),
  ),
  deployedModelId: z.string(),
  model: z.string(),
  modelDisplayName: z.string(),
  modelVersionId: z.string(),
});

export type Prediction = z.infer<typeof predictionAnswerSchema>['predictions'][number];

/** What to predict for: features as given, or a customer whose features are to be looked up. */
export type Instance = { features: TierFeatures } | { customerId: string };

/** An instance that cannot be used; the message names its index and field. */
export class InstanceError extends Error {
  constructor(
    readonly index: number,
    message: string,
  ) {
    super(message);
    this.name = 'InstanceError';
  }
}

/** @throws InstanceError */
export function readInstance(instance: unknown, index: number): Instance {
  const byId = z.object({ user_pseudo_id: z.string().min(1) }).safeParse(instance);
  if (byId.success) return { customerId: byId.data.user_pseudo_id };
  const byFeatures = z.object(
    {
      average_order_value: value('average_order_value', index),
      no_of_orders: value('no_of_orders', index),
      session_count: value('session_count', index),
      total_time_spend_by_user_in_msec: value('total_time_spend_by_user_in_msec', index),
    },
    { error: `instances[${index}]: an object with ${TIER_FEATURES.join(', ')}, or with user_pseudo_id, was expected` },
  );
  const parsed = byFeatures.safeParse(instance);
  if (parsed.success) return { features: parsed.data };
  throw new InstanceError(index, parsed.error.issues.map(issue => issue.message).join('; '));
}

/** One customer's place among the centroids, and the tier that would give to somebody placed for the first time. */
export function predict(model: TierModel, features: TierFeatures): Prediction {
  const { nearest, distances, tier } = model.score(features);
  const placed: Tier = features.no_of_orders === 0 ? 'BRONZE' : tier;
  return {
    nearest_centroid_id: [nearest + 1],
    centroid_distances: distances,
    centroid_ids: distances.map((_, cluster) => cluster + 1),
    tier: placed,
  };
}
