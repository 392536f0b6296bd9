import { z } from 'zod';
import { type ChurnForecast, churnOf } from '../forecasts/churn-forecast.js';
import { type Outlook, STAGES } from '../outlook/outlook.js';
import type { TierCustomer, TierRow } from './tier-store.js';
import type { KnownFeatures } from './feature-message.js';
import { TIERS } from './tier.js';

const moment = z.string().meta({ format: 'date-time' });
const tier = z.enum(TIERS);

/** One period of a customer's tier, as the API shows it. */
export const tierRowSchema = z.object({
  tier: tier.nullable().meta({ description: 'null while nothing was known of the customer' }),
  effective_from: moment,
  effective_to: moment.nullable(),
  decided_at: moment,
  reason_type: z.string(),
  reason: z.string(),
  run_id: z.string().nullable(),
  model_version: z.string().nullable(),
  margin: z.number().nullable(),
  source: z.enum(['model', 'gate', 'manual']),
});

/** A customer's tier now, as the API shows it. */
export const customerTierSchema = z.object({
  customer_id: z.string(),
  tier,
  effective_from: moment,
  decided_at: moment,
  reason_type: z.string(),
  model_version: z.string().nullable(),
  source: z.enum(['model', 'gate', 'manual']),
  margin: z.number().nullable().meta({ description: 'How much nearer another centroid is: 0 not at all, 1 entirely' }),
  announced: z
    .object({ to: tier, announced_at: moment, effective_at: moment, reason_type: z.string() })
    .nullable()
    .meta({ description: 'A downgrade that will come unless the customer makes up for it' }),
  pin: z.object({ tier, reason: z.string(), at: moment }).nullable(),
  perks: z.array(z.string()),
  outlook: z
    .object({
      stage: z.enum(STAGES),
      rfm: z
        .object({ recency: z.number(), frequency: z.number(), monetary: z.number() })
        .nullable()
        .meta({ description: 'Scores from 1 to 5, the best 5; null without an order in the window' }),
      churn_probability: z.number().nullable().meta({
        description:
          'That no order comes within churn_days; null before it was forecast, and once the customer has ordered since',
      }),
      churn_days: z.number().nullable(),
      lost_probability: z.number().nullable().meta({
        description: 'That the customer is gone for good; null before a second order in the window',
      }),
      expected_orders: z.number().nullable(),
      expected_value: z.number().nullable().meta({ description: "In the shop's currency" }),
      horizon_days: z.number().meta({ description: 'How far ahead is looked' }),
      playbook: z.object({ summary: z.string(), actions: z.array(z.string()) }),
    })
    .nullable()
    .meta({ description: 'What is to be expected of the customer' }),
});

/** An outlook with what to do about it. */
export interface OutlookWithPlaybook extends Outlook {
  horizonDays: number;
  playbook: { summary: string; actions: string[] };
}

export type CustomerTierView = z.infer<typeof customerTierSchema>;

/** The API's view of a customer; undefined while no tier has been decided. */
export function customerTierView(
  { _id, known, standing, changedAt, decidedAt, modelVersion, pin, churn }: TierCustomer,
  perksOf: (tier: CustomerTierView['tier']) => string[],
  outlookOf: (known: KnownFeatures) => OutlookWithPlaybook,
): CustomerTierView | undefined {
  if (!standing || !changedAt || !decidedAt) return undefined;
  const { announced } = standing;
  return {
    customer_id: _id,
    tier: standing.tier,
    effective_from: changedAt.toISOString(),
    decided_at: decidedAt.toISOString(),
    reason_type: standing.reasonType,
    model_version: modelVersion,
    source: standing.source,
    margin: standing.margin,
    announced: announced && {
      to: announced.to,
      announced_at: announced.announcedAt.toISOString(),
      effective_at: announced.effectiveAt.toISOString(),
      reason_type: announced.reasonType,
    },
    pin: pin && { tier: pin.tier, reason: pin.reason, at: pin.at.toISOString() },
    perks: perksOf(standing.tier),
    outlook: known && outlookView(outlookOf(known), churnOf(known, churn)),
  };
}

function outlookView(
  { stage, rfm, prediction, horizonDays, playbook }: OutlookWithPlaybook,
  churn: ChurnForecast | undefined,
): CustomerTierView['outlook'] {
  return {
    stage,
    rfm,
    churn_probability: churn?.probability ?? null,
    churn_days: churn?.days ?? null,
    lost_probability: prediction?.lostProbability ?? null,
    expected_orders: prediction?.orders ?? null,
    expected_value: prediction?.value ?? null,
    horizon_days: horizonDays,
    playbook,
  };
}

/** The API's view of a period. */
export function tierRowView(row: TierRow): z.infer<typeof tierRowSchema> {
  return {
    tier: row.tier,
    effective_from: row.effective_from.toISOString(),
    effective_to: row.effective_to?.toISOString() ?? null,
    decided_at: row.decided_at.toISOString(),
    reason_type: row.reason_type,
    reason: row.reason,
    run_id: row.run_id,
    model_version: row.model_version,
    margin: row.margin,
    source: row.source,
  };
}
