import { z } from 'zod';
import type { TierPolicy } from '../configuration/tier-configuration.js';
import { decideTier, marginOf } from '../tiers/decide-tier.js';
import type { TierModel } from '../tiers/tier-model.js';
import type { TierCustomer } from '../tiers/tier-store.js';
import { rankOf, stepDown, type Tier } from '../tiers/tier.js';
import { webhookNews } from '../webhooks/webhook-event.js';

const MESSAGES = ['tier.upgraded', 'tier.downgraded', 'tier.will_downgrade', 'tier.renewed'] as const;

const byTier = z.object({ PLATINUM: z.number(), GOLD: z.number(), SILVER: z.number(), BRONZE: z.number() });
const matrixSchema = z.object({ PLATINUM: byTier, GOLD: byTier, SILVER: byTier, BRONZE: byTier });

/** What a promotion would do, without doing it. */
export const dryRunSchema = z.object({
  version: z.number(),
  customers: z.number(),
  as_of: z.string().meta({ format: 'date-time' }),
  transitions: matrixSchema.meta({ description: 'From the tier of now (rows) to the tier right after the promotion' }),
  headed_for: matrixSchema.meta({
    description:
      'From the tier of now to where the model would have them next, once downgrades were confirmed and announced: down by one step',
  }),
  revenue_at_risk: z.object({ customers: z.number(), revenue: z.number(), share: z.number() }).meta({
    description: "Of those headed down: how many, their revenue in the window in the shop's currency, its share of all",
  }),
  messages: z
    .record(z.enum(MESSAGES), z.number())
    .meta({ description: 'What customers would be told of right after the promotion' }),
});

export type DryRun = z.infer<typeof dryRunSchema>;

/** Adds up, customer by customer, what a model would decide if it went live now. */
export class PromotionDryRun {
  private customers = 0;
  private readonly transitions = emptyMatrix();
  private readonly headedFor = emptyMatrix();
  private readonly messages = { 'tier.upgraded': 0, 'tier.downgraded': 0, 'tier.will_downgrade': 0, 'tier.renewed': 0 };
  private readonly atRisk = { customers: 0, revenue: 0 };
  private revenue = 0;

  constructor(
    private readonly version: number,
    private readonly model: TierModel,
    private readonly policy: TierPolicy,
    private readonly windowDays: number,
    private readonly now: Date,
  ) {}

  /** Customers without a tier do not count. */
  add({
    _id,
    known,
    standing,
    pin,
    modelVersion,
  }: Pick<TierCustomer, '_id' | 'known' | 'standing' | 'pin' | 'modelVersion'>): void {
    if (!known || !standing) return;
    const { model, policy, windowDays, now } = this;
    const { features, lastOrderAt, revenue } = known;
    const after = decideTier({ features, lastOrderAt, standing, pin, model, policy, windowDays, now }).standing;
    const next =
      after.tier === standing.tier && after.source === 'model' ? this.wanted(after.tier, known.features) : after.tier;
    this.customers++;
    this.revenue += revenue;
    this.transitions[standing.tier][after.tier]++;
    this.headedFor[standing.tier][next]++;
    if (rankOf(next) > rankOf(standing.tier)) {
      this.atRisk.customers++;
      this.atRisk.revenue += revenue;
    }
    const change = { customerId: _id, before: standing, after, modelVersion, reason: '' };
    for (const { type } of webhookNews(change)) {
      const told = MESSAGES.find(message => message === type);
      if (told) this.messages[told]++;
    }
  }

  result(): DryRun {
    const { version, customers, transitions, headedFor: headed_for, messages, now, atRisk } = this;
    return {
      version,
      customers,
      as_of: now.toISOString(),
      transitions,
      headed_for,
      revenue_at_risk: {
        customers: atRisk.customers,
        revenue: Math.round(atRisk.revenue * 100) / 100,
        share: this.revenue > 0 ? atRisk.revenue / this.revenue : 0,
      },
      messages,
    };
  }

  private wanted(tier: Tier, features: Parameters<TierModel['score']>[0]): Tier {
    const score = this.model.score(features);
    const isLower = rankOf(score.tier) > rankOf(tier);
    return isLower && marginOf(score, tier) >= this.policy.hysteresisMargin ? stepDown(tier) : tier;
  }
}

function emptyMatrix(): Record<Tier, Record<Tier, number>> {
  const row = (): Record<Tier, number> => ({ PLATINUM: 0, GOLD: 0, SILVER: 0, BRONZE: 0 });
  return { PLATINUM: row(), GOLD: row(), SILVER: row(), BRONZE: row() };
}
