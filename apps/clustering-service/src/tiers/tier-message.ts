import type { TierConfiguration } from '../configuration/tier-configuration.js';
import type { TierRow } from './tier-store.js';

/** A customer's tier as the tiers topic tells it, as JSON; null for a customer who is gone. */
export function tierMessage(row: TierRow, { tiers }: TierConfiguration): string | null {
  if (row.tier === null) return null;
  return JSON.stringify({
    customer_id: row.customer_id,
    tier: row.tier,
    effective_from: row.effective_from,
    decided_at: row.decided_at,
    reason_type: row.reason_type,
    model_version: row.model_version,
    source: row.source,
    perks: tiers[row.tier].perks,
  });
}
