import { randomUUID } from 'node:crypto';
import type { TierStanding } from '../tiers/tier-standing.js';
import { rankOf, type Tier } from '../tiers/tier.js';

/** What a webhook can tell. */
export const WEBHOOK_TYPES = [
  'tier.upgraded',
  'tier.downgraded',
  'tier.will_downgrade',
  'tier.renewed',
  'segment.entered',
  'segment.exited',
] as const;

export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** Something that happened to one customer, as endpoints are told of it. */
export interface WebhookEvent {
  /** The `webhook-id` of every delivery of it. */
  _id: string;
  /** When it happened, and its place among what happened then: events are told in this order. */
  at: Date;
  n: number;
  type: WebhookType;
  customerId: string;
  /** The tiers it concerns, for endpoints that ask for some only. */
  tiers: Tier[];
  /** The message as it is sent. */
  body: string;
  /** Tells that the customer was erased. */
  erasure?: true;
  expireAt: Date;
}

/** A customer before and after a decision; null where there is no tier. */
export interface TierTransition {
  customerId: string;
  before: TierStanding | null;
  after: TierStanding | null;
  modelVersion: string | null;
  reason: string;
  /** Why there is no tier any more, where there is none. */
  gone?: 'gone' | 'erased';
}

/** An event that has no time yet. */
export type WebhookNews = Omit<WebhookEvent, 'at' | 'n' | 'expireAt' | 'body'> & { data: Record<string, unknown> };

/**
 * What a decision means to whoever listens: an upgrade or downgrade with the segments left and entered, an announced downgrade (again where
 * its moment or its tier changes), and that one was made up for (`tier.renewed`). A customer placed for the first time only enters.
 */
export function webhookNews(transition: TierTransition): WebhookNews[] {
  const { before, after } = transition;
  const news: WebhookNews[] = [];
  const tell = (type: WebhookType, tiers: (Tier | undefined)[], data: Record<string, unknown>): void => {
    const { customerId } = transition;
    news.push({
      _id: `msg_${randomUUID()}`,
      type,
      customerId,
      tiers: tiers.filter(tier => tier !== undefined),
      ...(transition.gone === 'erased' && { erasure: true as const }),
      data: { customer_id: customerId, ...data },
    });
  };
  if (before?.tier !== after?.tier) {
    const why = {
      reason: transition.reason,
      reason_type: after?.reasonType ?? transition.gone ?? 'gone',
      model_version: transition.modelVersion,
    };
    if (before) tell('segment.exited', [before.tier], { segment: before.tier.toLowerCase(), ...why });
    if (after) tell('segment.entered', [after.tier], { segment: after.tier.toLowerCase(), ...why });
    if (before && after) {
      const type = rankOf(after.tier) < rankOf(before.tier) ? 'tier.upgraded' : 'tier.downgraded';
      tell(type, [before.tier, after.tier], { tier: after.tier, previous_tier: before.tier, ...why });
    }
  }
  const [told, due] = [before?.announced ?? null, after?.announced ?? null];
  if (after && due && (told?.to !== due.to || told.effectiveAt.getTime() !== due.effectiveAt.getTime())) {
    tell('tier.will_downgrade', [after.tier, due.to], {
      tier: after.tier,
      to: due.to,
      effective_at: due.effectiveAt,
      reason_type: due.reasonType,
    });
  } else if (after && told && !due && before?.tier === after.tier) {
    tell('tier.renewed', [after.tier, told.to], { tier: after.tier, no_longer_to: told.to });
  }
  return news;
}

/** The body of a message, as Standard Webhooks has it. */
export function webhookBody(type: string, at: Date, data: Record<string, unknown>): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), data });
}
