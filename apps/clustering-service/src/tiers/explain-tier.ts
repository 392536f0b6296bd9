import type { TierPolicy } from '../configuration/tier-configuration.js';
import { marginOf } from './decide-tier.js';
import { smallestRise, type TierRise } from './smallest-rise.js';
import { TIER_FEATURES, type TierFeature, type TierFeatures } from './tier-features.js';
import type { TierModel } from './tier-model.js';
import { rankOf, stepDown, stepUp, type Tier } from './tier.js';

/** One feature's part in a tier, in raw units. */
export interface FeatureContribution {
  feature: TierFeature;
  value: number;
  /** Where the own tier's and the neighbouring tier's centroid lie. */
  own_centroid: number;
  neighbour_centroid: number;
  /** Squared standardised distance to the own centroid, and to the neighbouring one. */
  squared_distance_to_own: number;
  squared_distance_to_neighbour: number;
  /** neighbour − own: positive speaks for the own tier, negative for the neighbouring one. */
  difference: number;
}

/** Why the model sees a customer where it does, and what would move them up. */
export interface TierExplanation {
  tier: Tier;
  /** The tier of the nearest centroid; it may differ from `tier` within the hysteresis. */
  nearest_tier: Tier;
  neighbour: Tier;
  margin: number;
  distances: Record<Tier, number>;
  contributions: FeatureContribution[];
  /** The smallest change that moves the customer up at once; null for Platinum. */
  moves_up: TierRise | null;
}

/**
 * Explains a tier against its neighbour: the next one up, for Platinum the one below. The contributions' differences sum to the difference
 * of the two squared distances.
 */
export function explainTier(model: TierModel, features: TierFeatures, tier: Tier, policy: TierPolicy): TierExplanation {
  const score = model.score(features);
  const neighbour = stepUp(tier) ?? stepDown(tier);
  const place = model.standardised(features);
  const [own, other] = [model.centroidOf(tier), model.centroidOf(neighbour)];
  const [ownRaw, otherRaw] = [model.raw(own), model.raw(other)];
  const contributions = TIER_FEATURES.map((feature, d): FeatureContribution => {
    const toOwn = ((place[d] ?? 0) - (own[d] ?? 0)) ** 2;
    const toNeighbour = ((place[d] ?? 0) - (other[d] ?? 0)) ** 2;
    return {
      feature,
      value: features[feature],
      own_centroid: ownRaw[d] ?? 0,
      neighbour_centroid: otherRaw[d] ?? 0,
      squared_distance_to_own: toOwn,
      squared_distance_to_neighbour: toNeighbour,
      difference: toNeighbour - toOwn,
    };
  });
  return {
    tier,
    nearest_tier: score.tier,
    neighbour,
    margin: marginOf(score, tier),
    distances: score.distanceTo,
    contributions,
    moves_up: rankOf(tier) === 0 ? null : smallestRise(model, features, tier, policy),
  };
}
