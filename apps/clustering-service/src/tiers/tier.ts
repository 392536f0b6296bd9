/** The loyalty tiers, the best first. */
export const TIERS = ['PLATINUM', 'GOLD', 'SILVER', 'BRONZE'] as const;

export type Tier = (typeof TIERS)[number];

/** 0 for the best tier, rising downwards. */
export function rankOf(tier: Tier): number {
  return TIERS.indexOf(tier);
}

/** The tier one step down; Bronze stays Bronze. */
export function stepDown(tier: Tier): Tier {
  return TIERS[rankOf(tier) + 1] ?? 'BRONZE';
}

/** The tier one step up, or undefined above Platinum. */
export function stepUp(tier: Tier): Tier | undefined {
  return TIERS[rankOf(tier) - 1];
}
