import type { Tier } from './tier.js';

/** Who decided: the model, the rule that a tier above Bronze needs an order, or a person. */
export type TierSource = 'model' | 'gate' | 'manual';

/** Why a customer has a tier. */
export type TierReason = 'no_model' | 'no_order_in_window' | 'nearest' | 'upgrade' | 'downgrade' | 'pin' | 'unpin';

/** A tier set by a person, until it is taken away. */
export interface TierPin {
  tier: Tier;
  reason: string;
  at: Date;
}

/** A downgrade that was told to the customer before it comes. */
export interface AnnouncedDowngrade {
  to: Tier;
  announcedAt: Date;
  effectiveAt: Date;
  reasonType: 'downgrade' | 'no_order_in_window';
}

/** How often in a row the model has wanted a lower tier. */
export interface DowngradeWatch {
  confirmations: number;
  confirmedAt: Date;
}

/** A customer's tier now, and what is under way. */
export interface TierStanding {
  tier: Tier;
  source: TierSource;
  reasonType: TierReason;
  /** Of the model's last word: (distance to the own centroid − distance to the nearest) / their sum; 0 where the own one is nearest. Null without a model's word. */
  margin: number | null;
  watch: DowngradeWatch | null;
  announced: AnnouncedDowngrade | null;
}
