import type { CustomerChurn } from '../churn/churn.js';
import { churnModelSchema, type ChurnModelData } from '../churn/churn-model.js';
import { forecastInWorker } from './embedded/forecast-in-worker.js';
import { churnResult } from './embedded/forecast-task.js';
import { packPurchases } from './embedded/read-purchases.js';
import type { AffinityInput } from './trainer.js';
import type { JobContext, TrainingJob } from './training-worker.js';

/** What a churn job needs. */
export interface ChurnJobOptions {
  /** Name under which versions are registered. */
  readonly modelName: string;
  /** How far ahead it looks. */
  readonly days: number;
  /** Opens the purchases anew for each run. */
  readonly input: () => AffinityInput;
  /** Keeps the probabilities of all customers with an order, as of the last order. */
  readonly keep: (customers: readonly CustomerChurn[], asOf: Date) => Promise<void>;
}

/**
 * The job that forecasts who will not order. A model goes live where its Brier score on the last period is below the recency rule's; else the
 * live one stays, and says what is kept.
 */
export function churnJob({ modelName, days, input, keep }: ChurnJobOptions): TrainingJob {
  return async context => {
    const startedMs = performance.now();
    const trainedAt = new Date();
    context.onProgress(0, 'reading orders');
    const rows = (await packPurchases(input())).pack();
    const live = await liveModel(context, days);
    context.onProgress(0.4, 'forecasting');
    const found = await forecastInWorker({ kind: 'churn', rows, days, live }, churnResult, context.signal);
    if (found.kind === 'refused') return found;
    const { forecast, beatsRecency, dataFingerprint } = found;
    const { test, model, customers, asOf } = forecast;
    context.onProgress(0.8, 'keeping probabilities');
    if (customers.length > 0) await keep(customers, asOf);
    const reason = `Brier ${test.model.brier.toFixed(4)} against ${test.recencyRule.brier.toFixed(4)} of the recency rule on the last ${days} days`;
    return {
      kind: 'trained',
      draft: {
        name: modelName,
        kind: 'logistic-regression',
        trainer: 'embedded',
        trainedAt,
        dataFingerprint,
        parameters: { days },
        seed: 0,
        metrics: {
          customers: test.customers,
          churned: test.churned,
          auc: test.model.auc,
          brier: test.model.brier,
          recency_rule: test.recencyRule,
          constant_brier: test.constantBrier,
          calibration: test.calibration,
        },
        durationMs: performance.now() - startedMs,
        artifact: new TextEncoder().encode(JSON.stringify(model)),
      },
      decision: { promote: beatsRecency, reason: beatsRecency ? reason : `no better: ${reason}` },
    };
  };
}

/** The model that serves, if it looks as far ahead. */
async function liveModel({ live, registry }: JobContext, days: number): Promise<ChurnModelData | undefined> {
  if (live?.parameters.days !== days) return undefined;
  return churnModelSchema.parse(JSON.parse(new TextDecoder().decode(await registry.load(live))));
}
