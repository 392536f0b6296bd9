import { EmbeddedTrainer } from '@laurel/learning';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideTier } from './decide-tier.js';
import { explainTier } from './explain-tier.js';
import { featuresAt, modelData, policy, simulatedBuyers } from '../testing/tier-samples.js';
import { COUNTS, type TierFeatures } from './tier-features.js';
import { TierModel } from './tier-model.js';
import { rankOf, TIERS, type Tier } from './tier.js';
import { trainTierModel } from './train-tier-model.js';

const now = new Date('2026-01-01T00:00:00Z');

function tierAfter(model: TierModel, tier: Tier, features: TierFeatures): Tier {
  const standing = {
    tier,
    source: 'model' as const,
    reasonType: 'nearest' as const,
    margin: 0,
    watch: null,
    announced: null,
  };
  return decideTier({ features, lastOrderAt: now, standing, pin: null, model, policy, windowDays: 365, now }).standing
    .tier;
}

describe('explainTier', () => {
  const model = new TierModel(modelData);

  it('splits the difference of the squared distances to the own and the neighbouring centroid among the features', () => {
    const features = featuresAt([4.2, 3.1, 3, 13.5]);
    const { contributions, neighbour, nearest_tier, distances } = explainTier(model, features, 'GOLD', policy);
    expect({ neighbour, nearest_tier }).toEqual({ neighbour: 'PLATINUM', nearest_tier: 'GOLD' });
    const sum = contributions.reduce((total, { difference }) => total + difference, 0);
    expect(sum).toBeCloseTo(distances.PLATINUM ** 2 - distances.GOLD ** 2, 9);
    expect(contributions.find(({ feature }) => feature === 'average_order_value')?.own_centroid).toBeCloseTo(
      Math.expm1(4),
      6,
    );
  });

  it('looks down from Platinum, where nothing moves up', () => {
    expect(explainTier(model, featuresAt([5, 4, 4, 14]), 'PLATINUM', policy)).toMatchObject({
      neighbour: 'GOLD',
      moves_up: null,
    });
  });

  it('names a change that really moves the customer up, and less of it does not', async () => {
    const result = await trainTierModel(new EmbeddedTrainer(), simulatedBuyers(400, 3), undefined, policy);
    if (result.kind === 'refused') throw new Error(result.reason);
    const trained = new TierModel(result.model);
    const features = fc.record({
      average_order_value: fc.double({ min: 0.01, max: 500, noNaN: true }),
      no_of_orders: fc.integer({ min: 1, max: 60 }),
      session_count: fc.integer({ min: 0, max: 100 }),
      total_time_spend_by_user_in_msec: fc.integer({ min: 0, max: 10_000_000 }),
    });
    fc.assert(
      fc.property(features, fc.constantFrom(...TIERS.slice(1)), (from, tier) => {
        const rise = explainTier(trained, from, tier, policy).moves_up;
        expect(rise).not.toBeNull();
        if (!rise) return;
        const after = { ...from, ...Object.fromEntries(rise.changes.map(({ feature, to }) => [feature, to])) };
        expect(tierAfter(trained, tier, after)).toBe(rise.to);
        expect(rankOf(rise.to)).toBeLessThan(rankOf(tier));
        const [only, second] = rise.changes;
        if (!only || second) return;
        const less = COUNTS.has(only.feature) ? only.to - 1 : only.from + (only.to - only.from) * 0.99;
        if (less > only.from) expect(tierAfter(trained, tier, { ...from, [only.feature]: less })).toBe(tier);
      }),
      { numRuns: 200 },
    );
  });

  it('tells a customer behind the gate that an order is needed', () => {
    const rise = explainTier(model, { ...featuresAt([2, 1, 1, 10]), no_of_orders: 0 }, 'BRONZE', policy).moves_up;
    expect(rise?.changes.find(({ feature }) => feature === 'no_of_orders')?.to).toBeGreaterThanOrEqual(1);
  });
});
