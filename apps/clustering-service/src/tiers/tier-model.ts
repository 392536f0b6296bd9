import { nearestCentroid, Standardiser, standardiserState } from '@laurel/learning';
import { z } from 'zod';
import { TIER_FEATURES, vectorOf, type TierFeatures } from './tier-features.js';
import { TIERS, type Tier } from './tier.js';

/** What a training leaves behind, as it is stored. */
export const tierModelSchema = z.object({
  /** Of the features in the order of `TIER_FEATURES`. */
  standardiser: standardiserState.extend({
    means: z.array(z.number()).length(TIER_FEATURES.length),
    deviations: z.array(z.number().positive()).length(TIER_FEATURES.length),
  }),
  /** One row for each cluster, standardised; row n is centroid n + 1 to the outside. */
  centroids: z.array(z.array(z.number()).length(4)).length(TIERS.length),
  /** The tier that each cluster was named. */
  tiers: z.array(z.enum(TIERS)).length(TIERS.length),
  /** What the clusters looked like in training. */
  profiles: z.array(
    z.object({
      size: z.number(),
      mean_revenue: z.number(),
      mean_revenue_low: z.number(),
      mean_revenue_high: z.number(),
      mean_orders: z.number(),
    }),
  ),
});

export type TierModelData = z.infer<typeof tierModelSchema>;

/** A customer's place among the centroids. Distances are Euclidean, between standardised values. */
export interface TierScore {
  tier: Tier;
  /** Index of the nearest centroid. */
  nearest: number;
  distances: number[];
  distanceTo: Record<Tier, number>;
}

/** Frozen centroids with their tiers: scores customers one at a time. */
export class TierModel {
  private readonly standardiser: Standardiser;
  private readonly flat: Float64Array<ArrayBuffer>;

  constructor(readonly data: TierModelData) {
    this.standardiser = new Standardiser(data.standardiser);
    this.flat = Float64Array.from(data.centroids.flat());
  }

  /** @throws RangeError when a feature is negative or not finite. */
  score(features: TierFeatures): TierScore {
    const { nearest, squaredDistances } = nearestCentroid(this.standardised(features), this.flat);
    const distances = Array.from(squaredDistances, Math.sqrt);
    const distanceTo = { PLATINUM: 0, GOLD: 0, SILVER: 0, BRONZE: 0 };
    this.data.tiers.forEach((tier, cluster) => (distanceTo[tier] = distances[cluster] ?? Infinity));
    return { tier: this.tierOf(nearest), nearest, distances, distanceTo };
  }

  /** Scaled and standardised, in the order of `TIER_FEATURES`. */
  standardised(features: TierFeatures): Float64Array<ArrayBuffer> {
    return this.standardiser.transform(vectorOf(features));
  }

  /** A tier's centroid, standardised. */
  centroidOf(tier: Tier): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.data.centroids[this.data.tiers.indexOf(tier)] ?? []);
  }

  /** Standardised values in raw units. A centroid may lie a little below 0 there; that is shown as 0. */
  raw(standardised: Float64Array): number[] {
    return Array.from(this.standardiser.inverse(standardised), value => Math.max(0, value));
  }

  private tierOf(cluster: number): Tier {
    return this.data.tiers[cluster] ?? 'BRONZE';
  }
}
