import type { Customer } from '@laurel/shop';
import type { Tier } from '../../tiers/tier.js';
import type { TierFeatures } from '../../tiers/tier-features.js';
import type { Recommendation } from '../recommendations/recommended-lists.js';
import type { ConsentProblem, ConsentPurpose } from '../contact/consent.js';

/** What the tiers know of a member beside the tier. */
export interface MemberDetails {
  /** Since when the tier is what it is. */
  changedAt: Date;
  features: TierFeatures;
  revenue: number;
  lastOrderAt: Date | null;
}

/** A member of an audience, as the tiers know them. */
export interface AudienceMember {
  customerId: string;
  tier: Tier;
  /** For a format that writes them. */
  details?: MemberDetails;
  /** Where they were asked for. */
  recommendations?: readonly Recommendation[];
  /** In the audience's holdout group. */
  heldOut?: boolean;
}

/** A cell; a text that begins a formula is made harmless when it is written. */
export type Cell = string | number | null;

/** What a format makes of one member: a row, or why there is none. */
export type FormattedRow = { cells: readonly Cell[] } | { heldBack: HeldBackReason };

/** Why a member is not in a file. */
export type HeldBackReason = ConsentProblem | 'no_contact_data' | 'no_usable_identifier' | 'holdout';

/** A destination's file: its columns, whose consent it needs, and its own way of writing each value. */
export interface AudienceFormat {
  name: string;
  /** What must have been granted for a row to be written; undefined where the format decides cell by cell. */
  consent: ConsentPurpose | undefined;
  header: readonly string[];
  /** The columns by which the destination finds again whom it is to remove. */
  identifiers: readonly string[];
  /** Whether rows tell the {@link MemberDetails}, which are read for nobody else. */
  writesDetails?: true;
  row(member: AudienceMember, contact: Customer | undefined): FormattedRow;
}
