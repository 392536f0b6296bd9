import type { TierConfiguration } from '../configuration/tier-configuration.js';
import { TIER_FEATURES } from '../tiers/tier-features.js';
import type { TierModel } from '../tiers/tier-model.js';
import type { Tier } from '../tiers/tier.js';

/** What to do for a tier: its own playbook, and those that fit how its customers behave against all buyers. */
export function playbookOf(
  tier: Tier,
  { tiers, profilePlaybooks }: TierConfiguration,
  model: TierModel | undefined,
): { summary: string; actions: string[] } {
  const { summary, actions } = tiers[tier].playbook;
  if (!model) return { summary, actions };
  const centroid = model.centroidOf(tier);
  const fitting = profilePlaybooks.filter(({ when }) =>
    TIER_FEATURES.every((feature, d) => {
      const wanted = when[feature];
      return wanted === undefined || (wanted === 'above' ? (centroid[d] ?? 0) > 0 : (centroid[d] ?? 0) < 0);
    }),
  );
  return { summary, actions: [...new Set([...actions, ...fitting.flatMap(playbook => playbook.actions)])] };
}
