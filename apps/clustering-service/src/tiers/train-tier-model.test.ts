import { EmbeddedTrainer } from '@laurel/learning';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelData, policy, simulatedBuyers } from '../testing/tier-samples.js';
import { nameClusters, type ClusterMembers } from './name-clusters.js';
import { TierModel } from './tier-model.js';
import { rankOf, TIERS } from './tier.js';
import { trainTierModel, type Buyer, type TrainedTiers } from './train-tier-model.js';

async function train(buyers: readonly Buyer[], live?: TrainedTiers): Promise<TrainedTiers> {
  const result = await trainTierModel(new EmbeddedTrainer(), buyers, live?.model, policy);
  if (result.kind === 'refused') throw new Error(result.reason);
  return result;
}

describe('nameClusters', () => {
  const cluster = (revenues: number[], more: Partial<ClusterMembers> = {}): ClusterMembers => ({
    revenues,
    meanOrders: 1,
    meanLastOrderMs: 0,
    previousRank: undefined,
    ...more,
  });

  it('names by mean revenue, not by the number of the cluster', () => {
    const clusters = [10, 1000, 1, 100].map(value => cluster([value, value * 1.01, value * 0.99]));
    expect(nameClusters(clusters, 1).map(({ tier }) => tier)).toEqual(['SILVER', 'PLATINUM', 'BRONZE', 'GOLD']);
    expect(nameClusters(clusters, 1).some(({ tied }) => tied)).toBe(false);
  });

  it.each([
    ['orders', { meanOrders: 2 }],
    ['recency', { meanLastOrderMs: 5 }],
    ['the rank before', { previousRank: 0 }],
  ])('breaks a tie of overlapping intervals by %s', (_, advantage) => {
    const tied = [90, 110];
    const clusters = [cluster(tied), cluster(tied, advantage), cluster([5, 5]), cluster([1, 1])];
    const names = nameClusters(clusters, 1);
    expect(names.map(({ tier }) => tier)).toEqual(['GOLD', 'PLATINUM', 'SILVER', 'BRONZE']);
    expect(names.map(({ tied: isTied }) => isTied)).toEqual([true, true, false, false]);
  });

  it('gives every tier once, whatever the clusters', () => {
    const members = fc
      .array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 5 })
      .map(revenues => cluster(revenues));
    fc.assert(
      fc.property(fc.tuple(members, members, members, members), clusters => {
        expect(
          nameClusters(clusters, 1)
            .map(({ tier }) => tier)
            .sort(),
        ).toEqual([...TIERS].sort());
      }),
      { numRuns: 50 },
    );
  });
});

describe('trainTierModel', () => {
  it('finds the four groups and names the richest Platinum', async () => {
    const buyers = simulatedBuyers(400, 1);
    const { model, metrics, hold } = await train(buyers);
    const tiers = new TierModel(model);
    const right = buyers.filter(({ features }, i) => rankOf(tiers.score(features).tier) === 3 - (i % 4)).length;
    expect(right / buyers.length).toBeGreaterThan(0.97);
    expect(hold).toBeUndefined();
    expect(metrics).toMatchObject({ buyers: 400, inversions: 0, tied_clusters: 0 });
  });

  it('gives the same model to the last bit for the same buyers', async () => {
    const [one, two] = [await train(simulatedBuyers(200, 2)), await train(simulatedBuyers(200, 2).reverse())];
    expect({ ...one, durationMs: 0 }).toEqual({ ...two, durationMs: 0 });
  });

  it('starts warm from the live centroids, so that clusters keep their number and hardly anybody moves', async () => {
    const first = await train(simulatedBuyers(400, 1));
    const { model, metrics, hold } = await train(simulatedBuyers(400, 5), first);
    expect(model.tiers).toEqual(first.model.tiers);
    expect(hold).toBeUndefined();
    expect(metrics['tier_churn']).toBeLessThan(0.05);
    expect(metrics['adjusted_rand_index']).toBeGreaterThan(0.9);
  });

  it('holds a model whose clusters change places against the live one', async () => {
    const first = await train(simulatedBuyers(400, 1));
    const tiers = first.model.tiers.map(tier => (tier === 'PLATINUM' ? 'GOLD' : tier === 'GOLD' ? 'PLATINUM' : tier));
    const { hold, metrics } = await train(simulatedBuyers(400, 5), { ...first, model: { ...first.model, tiers } });
    expect(hold).toMatch(/change places/);
    expect(metrics['inversions']).toBe(1);
  });

  it('refuses too few buyers, and too few different ones, with the reason', async () => {
    const refusal = async (buyers: readonly Buyer[]) =>
      trainTierModel(new EmbeddedTrainer(), buyers, undefined, policy);
    expect(await refusal(simulatedBuyers(49, 1))).toEqual({
      kind: 'refused',
      reason: '49 customers with an order in the window; tiers need 50 or more',
    });
    const same = simulatedBuyers(1, 1).flatMap(buyer =>
      Array.from({ length: 60 }, (_, i) => ({ ...buyer, customerId: `c${i}` })),
    );
    expect(await refusal(same)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('1 different') as string,
    });
  });
});

describe('TierModel', () => {
  it('numbers distances as the model numbers its clusters', () => {
    const { distances, nearest, distanceTo } = new TierModel(modelData).score({
      average_order_value: Math.expm1(2),
      no_of_orders: Math.expm1(1),
      session_count: Math.expm1(1),
      total_time_spend_by_user_in_msec: Math.expm1(10),
    });
    expect(nearest).toBe(0);
    expect(distances[0]).toBeCloseTo(0, 9);
    expect(distanceTo.PLATINUM).toBe(distances[1]);
  });
});
