import type { TierPolicy } from '../configuration/tier-configuration.js';
import type { TierFeatures } from './tier-features.js';
import type { TierModel, TierScore } from './tier-model.js';
import { rankOf, stepDown, type Tier } from './tier.js';
import type { AnnouncedDowngrade, TierPin, TierReason, TierStanding } from './tier-standing.js';

/** What a decision rests on. */
export interface TierCase {
  features: TierFeatures;
  /** The last counted order in the window. */
  lastOrderAt: Date | null;
  /** The customer's tier until now; undefined for a new customer. */
  standing: TierStanding | undefined;
  pin: TierPin | null;
  /** Undefined before any model was trained. */
  model: TierModel | undefined;
  policy: TierPolicy;
  windowDays: number;
  now: Date;
}

/** The tier from now on, and when time alone may change it. */
export interface TierDecision {
  standing: TierStanding;
  /** When to decide again though nothing happens; null where nothing is due. */
  checkAt: Date | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The rules of the tiers, in their order: a pin wins; without a model it is Bronze; without an order in the window it is Bronze; a customer
 * whom no model placed before goes to the nearest centroid; else the nearest centroid must be clearly nearer than the own one
 * (`hysteresisMargin`). Up at once. Down after so many `confirmations`, announced, after `graceDays`, one step.
 */
export function decideTier(given: TierCase): TierDecision {
  const { features, standing, pin, model } = given;
  if (pin) return settled(pin.tier, 'manual', 'pin', null);
  if (!model) return settled('BRONZE', 'gate', 'no_model', null);
  if (features.no_of_orders === 0 || lapseOf(given) <= given.now)
    return settled('BRONZE', 'gate', 'no_order_in_window', null);

  const score = model.score(features);
  if (standing?.source !== 'model') {
    return withLapse(given, settled(score.tier, 'model', placementReason(standing, score.tier), 0));
  }
  const margin = marginOf(score, standing.tier);
  if (score.tier === standing.tier || margin < given.policy.hysteresisMargin) {
    return withLapse(given, settled(standing.tier, 'model', standing.reasonType, margin));
  }
  if (rankOf(score.tier) < rankOf(standing.tier)) return withLapse(given, settled(score.tier, 'model', 'upgrade', 0));
  return withLapse(given, downward(given, standing, margin));
}

/** (d_own − d_nearest) / (d_own + d_nearest): 0 where the own centroid is nearest, towards 1 the clearer another is nearer. */
export function marginOf(score: TierScore, own: Tier): number {
  const current = score.distanceTo[own];
  const nearest = score.distanceTo[score.tier];
  return current + nearest === 0 ? 0 : (current - nearest) / (current + nearest);
}

function placementReason(standing: TierStanding | undefined, tier: Tier): TierReason {
  if (standing?.source === 'manual') return 'unpin';
  if (standing?.reasonType === 'no_model') return 'nearest';
  return standing && rankOf(tier) < rankOf(standing.tier) ? 'upgrade' : 'nearest';
}

function settled(
  tier: Tier,
  source: TierStanding['source'],
  reasonType: TierReason,
  margin: number | null,
): TierDecision {
  return { standing: { tier, source, reasonType, margin, watch: null, announced: null }, checkAt: null };
}

function downward({ policy, now }: TierCase, standing: TierStanding, margin: number): TierDecision {
  const intervalMs = policy.confirmationIntervalHours * HOUR_MS;
  const { watch } = standing;
  const isNew = !watch || now.getTime() - watch.confirmedAt.getTime() >= intervalMs;
  const next = isNew ? { confirmations: (watch?.confirmations ?? 0) + 1, confirmedAt: now } : watch;
  const running = standing.announced?.reasonType === 'downgrade' ? standing.announced : null;
  const announced: AnnouncedDowngrade | null =
    running ??
    (next.confirmations < policy.confirmations
      ? null
      : {
          to: stepDown(standing.tier),
          announcedAt: now,
          effectiveAt: new Date(now.getTime() + policy.graceDays * DAY_MS),
          reasonType: 'downgrade',
        });
  if (announced && now >= announced.effectiveAt) {
    return { ...settled(announced.to, 'model', 'downgrade', margin), checkAt: new Date(now.getTime() + intervalMs) };
  }
  return {
    standing: { ...standing, margin, watch: next, announced },
    checkAt: announced?.effectiveAt ?? new Date(next.confirmedAt.getTime() + intervalMs),
  };
}

/** Announces in time that the last order leaves the window, where nothing else is announced. */
function withLapse(given: TierCase, decision: TierDecision): TierDecision {
  const { lastOrderAt, policy, now, standing: before } = given;
  const { standing, checkAt } = decision;
  if (!lastOrderAt) return decision;
  const effectiveAt = lapseOf(given);
  if (standing.tier === 'BRONZE') return { standing, checkAt: checkAt ?? effectiveAt };
  const noticeAt = new Date(effectiveAt.getTime() - policy.graceDays * DAY_MS);
  if (now < noticeAt) return { standing, checkAt: checkAt && checkAt < noticeAt ? checkAt : noticeAt };
  if (standing.announced && standing.announced.effectiveAt <= effectiveAt) return decision;
  const told = before?.announced;
  const announcedAt =
    told?.reasonType === 'no_order_in_window' && told.effectiveAt.getTime() === effectiveAt.getTime()
      ? told.announcedAt
      : now;
  return {
    standing: { ...standing, announced: { to: 'BRONZE', announcedAt, effectiveAt, reasonType: 'no_order_in_window' } },
    checkAt: checkAt && checkAt < effectiveAt ? checkAt : effectiveAt,
  };
}

/** The first moment at which the last order is no longer in the window. */
function lapseOf({ lastOrderAt, windowDays }: TierCase): Date {
  return new Date(lastOrderAt ? lastOrderAt.getTime() + windowDays * DAY_MS + 1 : 8.64e15);
}
