import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideTier, type TierCase } from './decide-tier.js';
import { featuresAt, modelData, policy } from '../testing/tier-samples.js';
import { TierModel } from './tier-model.js';
import { rankOf, TIERS, type Tier } from './tier.js';
import type { TierStanding } from './tier-standing.js';

const DAY_MS = 86_400_000;
const model = new TierModel(modelData);
const start = new Date('2026-01-01T00:00:00Z');
const later = (days: number) => new Date(start.getTime() + days * DAY_MS);

/** Where each tier's centroid is. */
const place: Record<Tier, readonly number[]> = {
  PLATINUM: [5, 4, 4, 14],
  GOLD: [4, 3, 3, 13],
  SILVER: [3, 2, 2, 12],
  BRONZE: [2, 1, 1, 10],
};

function standing(tier: Tier, more: Partial<TierStanding> = {}): TierStanding {
  return { tier, source: 'model', reasonType: 'nearest', margin: 0, watch: null, announced: null, ...more };
}

function given(more: Partial<TierCase>): TierCase {
  return {
    features: featuresAt(place.GOLD),
    lastOrderAt: start,
    standing: undefined,
    pin: null,
    model,
    policy,
    windowDays: 365,
    now: start,
    ...more,
  };
}

function along(from: Tier, to: Tier, share: number): readonly number[] {
  return place[from].map((value, d) => value + ((place[to][d] ?? 0) - value) * share);
}

describe('decideTier', () => {
  it('is Bronze by the gate without an order in the window, whatever the tier before', () => {
    const features = { ...featuresAt(place.PLATINUM), no_of_orders: 0 };
    for (const tier of TIERS) {
      expect(decideTier(given({ features, standing: standing(tier) })).standing).toMatchObject({
        tier: 'BRONZE',
        source: 'gate',
        reasonType: 'no_order_in_window',
      });
    }
  });

  it('is Bronze by the gate as soon as the last order has left the window, though nobody has said so yet', () => {
    const decide = (now: Date) => decideTier(given({ standing: standing('GOLD'), now })).standing;
    expect(decide(later(365))).toMatchObject({ tier: 'GOLD' });
    expect(decide(new Date(later(365).getTime() + 1))).toMatchObject({ tier: 'BRONZE', source: 'gate' });
  });

  it('is Bronze for everybody before there is a model', () => {
    for (const no_of_orders of [0, 9]) {
      const features = { ...featuresAt(place.PLATINUM), no_of_orders };
      const { standing: first } = decideTier(given({ features, model: undefined }));
      expect(first).toMatchObject({ tier: 'BRONZE', source: 'gate', reasonType: 'no_model' });
    }
  });

  it('places a customer whom no model placed before at the nearest centroid', () => {
    expect(decideTier(given({})).standing).toMatchObject({ tier: 'GOLD', source: 'model', reasonType: 'nearest' });
    const first = decideTier(given({ standing: standing('BRONZE', { source: 'gate', reasonType: 'no_model' }) }));
    expect(first.standing).toMatchObject({ tier: 'GOLD', reasonType: 'nearest' });
  });

  it('moves up at once when the higher centroid is clearly nearer, and not within the hysteresis', () => {
    const upgrade = (share: number) =>
      decideTier(given({ features: featuresAt(along('SILVER', 'GOLD', share)), standing: standing('SILVER') }))
        .standing;
    expect(upgrade(0.54).tier).toBe('SILVER');
    expect(upgrade(0.56)).toMatchObject({ tier: 'GOLD', reasonType: 'upgrade' });
  });

  it('moves down one step only, after three confirmations a day apart, announced, and thirty days of grace', () => {
    const features = featuresAt(place.BRONZE);
    let now = start;
    let current = standing('PLATINUM');
    const log: string[] = [];
    for (let round = 0; round < 5; round++) {
      const { standing: next, checkAt } = decideTier(given({ features, standing: current, now, lastOrderAt: now }));
      log.push(
        `${next.tier} ${next.watch?.confirmations ?? 0} ${next.announced ? `→ ${next.announced.to}` : ''}`.trim(),
      );
      current = next;
      now = checkAt ?? now;
    }
    expect(log).toEqual(['PLATINUM 1', 'PLATINUM 2', 'PLATINUM 3 → GOLD', 'GOLD 0', 'GOLD 1']);
    expect(now).toEqual(later(2 + 30 + 1 + 1));
  });

  it('does not count confirmations that come sooner than a day', () => {
    const features = featuresAt(place.BRONZE);
    let current = standing('GOLD');
    for (let hour = 0; hour < 24; hour++)
      current = decideTier(given({ features, standing: current, now: later(hour / 24) })).standing;
    expect(current.watch?.confirmations).toBe(1);
  });

  it('takes an announced downgrade back when the customer recovers', () => {
    const announced = {
      to: 'SILVER' as const,
      announcedAt: start,
      effectiveAt: later(30),
      reasonType: 'downgrade' as const,
    };
    const before = standing('GOLD', { watch: { confirmations: 3, confirmedAt: start }, announced });
    expect(decideTier(given({ standing: before, now: later(29) })).standing).toMatchObject({
      tier: 'GOLD',
      watch: null,
      announced: null,
    });
  });

  it('announces in time that the last order leaves the window', () => {
    const decide = (now: Date) => decideTier(given({ standing: standing('GOLD'), now }));
    expect(decide(later(334))).toMatchObject({ standing: { announced: null } });
    expect(decide(later(336)).standing.announced).toMatchObject({
      to: 'BRONZE',
      reasonType: 'no_order_in_window',
      announcedAt: later(336),
    });
    const again = decideTier(given({ standing: decide(later(336)).standing, now: later(340) }));
    expect(again.standing.announced?.announcedAt).toEqual(later(336));
  });

  it('lets a pin win over everything, and goes back to the nearest centroid when it is taken away', () => {
    const pin = { tier: 'PLATINUM' as const, reason: 'founder', at: start };
    const features = { ...featuresAt(place.SILVER), no_of_orders: 0 };
    const pinned = decideTier(given({ features, pin })).standing;
    expect(pinned).toMatchObject({ tier: 'PLATINUM', source: 'manual', reasonType: 'pin' });
    expect(decideTier(given({ standing: pinned })).standing).toMatchObject({
      tier: 'GOLD',
      source: 'model',
      reasonType: 'unpin',
    });
  });

  it('never downgrades by more than a step or without an announcement that has come due, whatever happens', () => {
    const step = fc.record({
      at: fc.tuple(...[5, 4, 4, 14].map(top => fc.double({ min: 0.8, max: top + 1, noNaN: true }))),
      days: fc.double({ min: 0, max: 40, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...TIERS), fc.array(step, { maxLength: 30 }), (first, steps) => {
        let now = start;
        let before = standing(first);
        for (const { at, days } of steps) {
          now = new Date(now.getTime() + days * DAY_MS);
          const { standing: next, checkAt } = decideTier(
            given({ features: featuresAt(at), lastOrderAt: now, standing: before, now }),
          );
          const down = rankOf(next.tier) - rankOf(before.tier);
          expect(down).toBeLessThanOrEqual(1);
          if (down === 1) {
            expect(before.announced?.to).toBe(next.tier);
            expect(before.announced?.effectiveAt.getTime()).toBeLessThanOrEqual(now.getTime());
          }
          if (checkAt) expect(checkAt.getTime()).toBeGreaterThan(now.getTime());
          before = next;
        }
      }),
    );
  });
});
