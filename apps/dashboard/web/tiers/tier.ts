import { h } from '../dom/element.js';
import { words } from '../dom/format.js';

/** The tiers, best first. */
export const TIERS = ['PLATINUM', 'GOLD', 'SILVER', 'BRONZE'] as const;

export type Tier = (typeof TIERS)[number];

/** A tier's name on its colour. */
export function tierBadge(tier: string): HTMLElement {
  return h('span', { class: `tier ${tier.toLowerCase()}` }, words(tier));
}
