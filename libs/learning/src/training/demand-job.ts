import type { ProductDemand } from '../demand/demand.js';
import { forecastInWorker } from './embedded/forecast-in-worker.js';
import { demandResult } from './embedded/forecast-task.js';
import { packPurchases } from './embedded/read-purchases.js';
import type { AffinityInput } from './trainer.js';
import type { TrainingJob } from './training-worker.js';

/** What a demand job needs. */
export interface DemandJobOptions {
  /** Name under which versions are registered. */
  readonly modelName: string;
  /** Weeks to look ahead. */
  readonly weeks: number;
  /** Opens the purchases anew for each run. */
  readonly input: () => AffinityInput;
  /** Keeps the demand of all products that sell often enough to be forecast. */
  readonly keep: (products: readonly ProductDemand[]) => Promise<void>;
}

/** The job that forecasts the demand of products, by the method whose backtest was best. A version's artifact is its forecasts. */
export function demandJob({ modelName, weeks, input, keep }: DemandJobOptions): TrainingJob {
  return async ({ signal, onProgress }) => {
    const startedMs = performance.now();
    const trainedAt = new Date();
    onProgress(0, 'reading orders');
    const rows = (await packPurchases(input())).pack();
    onProgress(0.4, 'forecasting');
    const found = await forecastInWorker({ kind: 'demand', rows, weeks }, demandResult, signal);
    if (found.kind === 'refused') return found;
    const { best, mase, products, weeks: seen } = found.forecast;
    onProgress(0.8, 'keeping forecasts');
    await keep(products);
    return {
      kind: 'trained',
      draft: {
        name: modelName,
        kind: best,
        trainer: 'embedded',
        trainedAt,
        dataFingerprint: found.dataFingerprint,
        parameters: { weeks },
        seed: 0,
        metrics: { weeks_seen: seen, products: products.length, mase },
        durationMs: performance.now() - startedMs,
        artifact: new TextEncoder().encode(JSON.stringify(products)),
      },
      decision: {
        promote: true,
        reason: `MASE ${mase[best].toFixed(3)}, ${mase.naive.toFixed(3)} by taking last week's again`,
      },
    };
  };
}
