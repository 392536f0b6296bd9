/** The features that decide a tier, in the order of a model's numbers. */
export const TIER_FEATURES = [
  'average_order_value',
  'no_of_orders',
  'session_count',
  'total_time_spend_by_user_in_msec',
] as const;

export type TierFeature = (typeof TIER_FEATURES)[number];

/** One customer's values; money in the shop's currency, time in milliseconds. */
export type TierFeatures = Record<TierFeature, number>;

/** The features that only come in whole numbers. */
export const COUNTS: ReadonlySet<TierFeature> = new Set(['no_of_orders', 'session_count']);

/** The values in the order of {@link TIER_FEATURES}; a value below 0 (more paid back than paid) counts as 0. */
export function vectorOf(features: TierFeatures): Float64Array<ArrayBuffer> {
  return Float64Array.from(TIER_FEATURES, name => Math.max(0, features[name]));
}
