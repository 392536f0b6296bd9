import { describe, expect, it } from 'vitest';
import { featuresAt, modelData, policy } from '../testing/tier-samples.js';
import { TierModel } from '../tiers/tier-model.js';
import type { TierCustomer } from '../tiers/tier-store.js';
import type { Tier } from '../tiers/tier.js';
import { PromotionDryRun } from './promotion-dry-run.js';

const NOW = new Date('2026-06-01T00:00:00Z');
const places = { PLATINUM: [5, 4, 4, 14], GOLD: [4, 3, 3, 13], SILVER: [3, 2, 2, 12], BRONZE: [2, 1, 1, 10] };

function customer(_id: string, tier: Tier, at: Tier, revenue: number, more: Partial<TierCustomer> = {}): TierCustomer {
  return {
    _id,
    known: {
      features: featuresAt(places[at]),
      revenue,
      firstOrderAt: NOW,
      lastOrderAt: NOW,
      asOf: NOW,
      version: 1,
    },
    standing: { tier, source: 'model', reasonType: 'nearest', margin: 0, watch: null, announced: null },
    pin: null,
    changedAt: NOW,
    decidedAt: NOW,
    modelVersion: '1',
    runId: null,
    stale: false,
    checkAt: null,
    ...more,
  };
}

describe('the dry run of a promotion', () => {
  it('counts who moves at once, who is headed down, their revenue, and what they would be told', () => {
    const dryRun = new PromotionDryRun(2, new TierModel(modelData), policy, 365, NOW);
    dryRun.add(customer('stays', 'GOLD', 'GOLD', 100));
    dryRun.add(customer('rises', 'SILVER', 'PLATINUM', 200));
    dryRun.add(customer('falls', 'PLATINUM', 'BRONZE', 300.105));
    dryRun.add(customer('pinned', 'PLATINUM', 'BRONZE', 400, { pin: { tier: 'PLATINUM', reason: 'x', at: NOW } }));
    dryRun.add(customer('unknown', 'GOLD', 'GOLD', 1, { known: null }));
    const result = dryRun.result();
    expect(result).toMatchObject({ version: 2, customers: 4 });
    expect(result.transitions).toMatchObject({ SILVER: { PLATINUM: 1 }, GOLD: { GOLD: 1 }, PLATINUM: { PLATINUM: 2 } });
    expect(result.headed_for).toMatchObject({
      SILVER: { PLATINUM: 1 },
      GOLD: { GOLD: 1 },
      PLATINUM: { PLATINUM: 1, GOLD: 1 },
    });
    expect(result.revenue_at_risk).toEqual({ customers: 1, revenue: 300.11, share: expect.closeTo(0.3, 3) as number });
    expect(result.messages).toEqual({
      'tier.upgraded': 1,
      'tier.downgraded': 0,
      'tier.will_downgrade': 0,
      'tier.renewed': 0,
    });
  });
});
