import { z } from 'zod';
import type { KnownFeatures } from '../tiers/feature-message.js';
import { aliveProbability, type BgNbd, expectedOrders, type OrderHistory } from './bg-nbd.js';
import { expectedOrderValue, type GammaGamma, type Spending } from './gamma-gamma.js';
import { type RfmBoundaries, rfmOf, type RfmScores } from './rfm.js';

/** Where customers stand with the shop. `prospect`: no order in the window. */
export const STAGES = ['prospect', 'new', 'active', 'at_risk', 'lapsed'] as const;

export type Stage = (typeof STAGES)[number];

const DAY_MS = 86_400_000;

const daysSchema = z.number().min(1);

/** When one stage becomes the next, in days, and how far ahead is looked. */
export const outlookRulesSchema = z.strictObject({
  newDays: daysSchema,
  atRiskDays: daysSchema,
  lapsedDays: daysSchema,
  horizonDays: daysSchema,
  /** Churn is that no order comes within so many days. */
  churnDays: daysSchema.default(30),
  /** Demand is forecast for so many weeks. */
  demandWeeks: z.number().int().min(1).max(26).default(4),
});

export type OutlookRules = z.infer<typeof outlookRulesSchema>;

/** What was learned from all buyers of the window; days and the shop's currency. */
export interface OutlookModel {
  fittedAt: Date;
  buyers: number;
  rfm: RfmBoundaries;
  /** Null where too few customers have ordered twice. */
  value: { orders: BgNbd; spending: GammaGamma } | null;
}

/**
 * What is to be expected of a customer within the rules' horizon. Rounded: forecasts move with every moment, and their last digits say nothing
 * but would make each answer another one.
 */
export interface Prediction {
  /** That the customer is gone for good. Null before a second order. */
  lostProbability: number | null;
  orders: number;
  /** Of those orders, in the shop's currency. */
  value: number;
}

/** A customer beyond the tier. */
export interface Outlook {
  stage: Stage;
  /** Null without an order in the window, or before anything was learned. */
  rfm: RfmScores | null;
  prediction: Prediction | null;
}

/** A customer's stage, cell and predicted value at a moment. */
export function outlookOf(
  known: KnownFeatures,
  model: OutlookModel | undefined,
  rules: OutlookRules,
  now: Date,
): Outlook {
  const { features, revenue, firstOrderAt, lastOrderAt } = known;
  if (features.no_of_orders === 0 || !firstOrderAt || !lastOrderAt)
    return { stage: 'prospect', rfm: null, prediction: null };
  const quietDays = daysBetween(lastOrderAt, now);
  return {
    stage: stageOf(daysBetween(firstOrderAt, now), quietDays, rules),
    rfm: model ? rfmOf({ quietDays, orders: features.no_of_orders, revenue }, model.rfm) : null,
    prediction: model?.value ? predictionOf(known, model.value, rules.horizonDays, now) : null,
  };
}

/** A buyer's orders in the window as the models take them, in days; undefined for who has none. */
export function historyOf(
  { features, firstOrderAt, lastOrderAt }: KnownFeatures,
  now: Date,
): { history: OrderHistory; spending: Spending } | undefined {
  const { no_of_orders: orders, average_order_value: mean } = features;
  if (orders === 0 || !firstOrderAt || !lastOrderAt) return undefined;
  const recency = daysBetween(firstOrderAt, lastOrderAt);
  return {
    history: { repeats: orders - 1, recency, age: Math.max(recency, daysBetween(firstOrderAt, now)) },
    spending: { orders, mean },
  };
}

function stageOf(sinceFirstDays: number, quietDays: number, { newDays, atRiskDays, lapsedDays }: OutlookRules): Stage {
  if (sinceFirstDays <= newDays) return 'new';
  if (quietDays <= atRiskDays) return 'active';
  return quietDays <= lapsedDays ? 'at_risk' : 'lapsed';
}

function predictionOf(
  known: KnownFeatures,
  { orders, spending }: { orders: BgNbd; spending: GammaGamma },
  horizonDays: number,
  now: Date,
): Prediction | null {
  const buyer = historyOf(known, now);
  if (!buyer) return null;
  const expected = expectedOrders(orders, buyer.history, horizonDays);
  const value = expected * expectedOrderValue(spending, buyer.spending);
  if (!Number.isFinite(value)) return null;
  const alive = aliveProbability(orders, buyer.history);
  return {
    lostProbability: alive === null ? null : rounded(1 - alive, 4),
    orders: rounded(expected, 3),
    value: rounded(value, 2),
  };
}

function rounded(forecast: number, digits: number): number {
  return Number(forecast.toFixed(digits));
}

function daysBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / DAY_MS);
}
