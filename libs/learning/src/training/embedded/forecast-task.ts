import { z } from 'zod';
import { ChurnDataError, churnByModel, forecastChurn, type ChurnForecast } from '../../churn/churn.js';
import { churnModelSchema } from '../../churn/churn-model.js';
import {
  DEMAND_METHODS,
  DEMAND_TRENDS,
  DemandDataError,
  forecastDemand,
  type DemandForecast,
} from '../../demand/demand.js';
import { fingerprintOf } from '../../evaluation/fingerprint.js';
import { packedRowsSchema, unpackOrderLines } from '../../evaluation/packed-rows.js';
import type { Refused } from '../trainer.js';

/** One forecast to make in a worker. */
export const forecastTask = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('churn'),
    rows: packedRowsSchema,
    days: z.number(),
    /** The model that stays where the new one is no better than the recency rule. */
    live: churnModelSchema.optional(),
  }),
  z.object({ kind: z.literal('demand'), rows: packedRowsSchema, weeks: z.number() }),
]);

export type ForecastTask = z.infer<typeof forecastTask>;

/** What came of forecasting churn. */
export type ChurnResult =
  | {
      readonly kind: 'churn';
      /** Its `customers` are by the live model where that one stays; none where there is none. */
      readonly forecast: ChurnForecast;
      readonly beatsRecency: boolean;
      readonly dataFingerprint: string;
    }
  | Refused;

/** What came of forecasting demand. */
export type DemandResult =
  { readonly kind: 'demand'; readonly forecast: DemandForecast; readonly dataFingerprint: string } | Refused;

const refused = z.object({ kind: z.literal('refused'), reason: z.string() });
const scores = z.object({ auc: z.number(), brier: z.number() });

export const churnResult: z.ZodType<ChurnResult> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('churn'),
    forecast: z.object({
      days: z.number(),
      asOf: z.date(),
      test: z.object({
        customers: z.number(),
        churned: z.number(),
        model: scores,
        recencyRule: scores,
        constantBrier: z.number(),
        calibration: z.array(z.object({ said: z.number(), came: z.number() })),
      }),
      model: churnModelSchema,
      customers: z.array(z.object({ customerId: z.string(), probability: z.number() })),
    }),
    beatsRecency: z.boolean(),
    dataFingerprint: z.string(),
  }),
  refused,
]);

export const demandResult: z.ZodType<DemandResult> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('demand'),
    forecast: z.object({
      weeks: z.number(),
      horizon: z.number(),
      mase: z.record(z.enum(DEMAND_METHODS), z.number()),
      best: z.enum(DEMAND_METHODS),
      products: z.array(
        z.object({
          productId: z.string(),
          weekly: z.array(z.number()),
          usual: z.number(),
          trend: z.enum(DEMAND_TRENDS),
        }),
      ),
    }),
    dataFingerprint: z.string(),
  }),
  refused,
]);

/** Forecasts, or says why the orders are too poor for it. */
export function runForecastTask(task: ForecastTask): ChurnResult | DemandResult {
  try {
    return task.kind === 'churn' ? churn(task) : demand(task);
  } catch (error) {
    if (error instanceof ChurnDataError || error instanceof DemandDataError) {
      return { kind: 'refused', reason: error.message };
    }
    throw error;
  }
}

function churn({ rows, days, live }: Extract<ForecastTask, { kind: 'churn' }>): ChurnResult {
  const found = forecastChurn(unpackOrderLines(rows), days);
  const { model, recencyRule } = found.test;
  const beatsRecency = model.brier < recencyRule.brier;
  const staying = live ? churnByModel(unpackOrderLines(rows), live) : [];
  const forecast = beatsRecency ? found : { ...found, customers: staying };
  return { kind: 'churn', forecast, beatsRecency, dataFingerprint: fingerprintOf(rows) };
}

function demand({ rows, weeks }: Extract<ForecastTask, { kind: 'demand' }>): DemandResult {
  const forecast = forecastDemand(unpackOrderLines(rows), weeks);
  return { kind: 'demand', forecast, dataFingerprint: fingerprintOf(rows) };
}
