import { availableParallelism } from 'node:os';
import type { ModelParameters } from '../affinity/affinity-model.js';
import { affinityTrainers } from '../affinity/trainers.js';
import type { AffinityTrainer } from '../affinity/affinity-trainer.js';
import type { TrendParameters } from '../affinity/trend-factors.js';
import { startWorker } from '../workers/start-worker.js';
import { TaskPool, type PoolTask } from '../workers/task-pool.js';
import type { RecommendationMetrics } from './recommendation-metrics.js';
import { trialResultSchema } from './trial-messages.js';
import type { Candidate, Trial, TrialResult, TrialSource } from './trials.js';

/** A model's figures on the test, and how it was chosen. */
export interface ModelReport extends RecommendationMetrics {
  /** NDCG@5 on validation, which chose the parameters. */
  readonly validationNDCG5: number;
  readonly parameters: ModelParameters;
  /** Seconds of the last training, on train and validation together. */
  readonly seconds: number;
}

/** Outcome of {@link evaluateCandidates}. */
export interface EvaluationReport {
  readonly models: Readonly<Record<string, ModelReport>>;
  /** The model that was best on validation; the test chose nothing. */
  readonly best: string;
  readonly seconds: number;
}

/** How thorough an evaluation is, and who is told. */
export interface EvaluationOptions {
  readonly seed: number;
  /** `full` tries each trainer's grid, `routine` its few fast choices. */
  readonly search: 'full' | 'routine';
  /** Trainers to compare; all unless told. */
  readonly trainers?: readonly string[];
  /** Models to score on the test beside the best; all unless told. */
  readonly tested?: readonly string[];
  /** Worker threads; the machine's cores, at most 4, unless told. Results don't depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, stage: string) => void;
}

/** A report, and the winner trained on everything where that was asked for. */
export interface EvaluationOutcome {
  readonly report: EvaluationReport;
  readonly winner?: {
    readonly model: Uint8Array<ArrayBuffer>;
    readonly parameters: ModelParameters;
    readonly dataFingerprint: string;
  };
}

/**
 * Compares every trainer on one split, off this thread: parameters and trend are chosen by NDCG@5 on validation, then
 * each choice (or those of `tested`) is trained on train + validation and scored on the test. A model appears under its trainer's name, and
 * with the trend of demand under `<name>-trend`.
 * @throws TaskFailedError when a training fails; the signal's reason when it is aborted.
 */
export async function evaluateCandidates(
  source: TrialSource,
  options: EvaluationOptions,
  then: 'report' | 'report and refit' = 'report',
): Promise<EvaluationOutcome> {
  const startedMs = performance.now();
  const trainers = affinityTrainers.filter(({ name }) => options.trainers?.includes(name) ?? true);
  const threads = options.threads ?? Math.min(4, availableParallelism());
  const pool = new TaskPool<Trial, TrialResult>(
    threads,
    () => startWorker(import.meta.url, 'trial-worker', { source, threads }),
    result => trialResultSchema.parse(result),
  );
  try {
    const tuned = await tune(pool, trainers, options);
    const best = tuned.reduce((a, b) => (b.ndcg5 > a.ndcg5 ? b : a));
    const tested = tuned.filter(({ name }) => name === best.name || (options.tested?.includes(name) ?? true));
    const { models, refit } = await test(pool, tested, then === 'report' ? undefined : best, options);
    const report = { models, best: best.name, seconds: (performance.now() - startedMs) / 1000 };
    if (!refit) return { report };
    const { model, dataFingerprint } = refit;
    return { report, winner: { model, dataFingerprint, parameters: parametersOf(best) } };
  } finally {
    await pool.close();
  }
}

interface Tuned {
  readonly name: string;
  readonly candidate: Candidate;
  readonly ndcg5: number;
  readonly trend?: TrendParameters;
}

type Refit = Extract<TrialResult, { kind: 'refit' }>;

async function tune(
  pool: TaskPool<Trial, TrialResult>,
  trainers: readonly AffinityTrainer[],
  options: EvaluationOptions,
): Promise<Tuned[]> {
  const candidates = trainers.flatMap(trainer =>
    (options.search === 'full' ? trainer.grid : trainer.routine).map((parameters): Candidate => ({
      trainer: trainer.name,
      parameters,
      seed: options.seed,
    })),
  );
  const results = await pool.run(
    candidates.map(candidate => ({ task: { kind: 'validate', candidate }, cost: cost(candidate) })),
    progress(options, 'tuning on validation', 0, 0.6),
  );
  const best = new Map<string, Tuned>();
  const offer = (tuned: Tuned): void => {
    if (tuned.ndcg5 > (best.get(tuned.name)?.ndcg5 ?? -1)) best.set(tuned.name, tuned);
  };
  results.forEach((result, at) => {
    if (result.kind !== 'validate') return;
    const candidate = candidates[at]!;
    const { parameters, plainNdcg5, ndcg5 } = result.trend;
    offer({ name: candidate.trainer, candidate, ndcg5: plainNdcg5 });
    offer({ name: `${candidate.trainer}-trend`, candidate, ndcg5, trend: parameters });
  });
  return [...best.values()];
}

async function test(
  pool: TaskPool<Trial, TrialResult>,
  tuned: readonly Tuned[],
  winner: Tuned | undefined,
  options: EvaluationOptions,
): Promise<{ models: Record<string, ModelReport>; refit: Refit | undefined }> {
  const groups = new Map<string, Tuned[]>();
  for (const entry of tuned) {
    const key = JSON.stringify(entry.candidate);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const entries = [...groups.values()];
  const tasks: PoolTask<Trial>[] = entries.map(([first, second]) => ({
    task: { kind: 'test', candidate: first!.candidate, trend: first!.trend ?? second?.trend ?? NO_TREND },
    cost: cost(first!.candidate),
  }));
  if (winner) {
    const { candidate, trend } = winner;
    tasks.push({ task: { kind: 'refit', candidate, ...(trend && { trend }) }, cost: cost(candidate) });
  }
  const results = await pool.run(tasks, progress(options, 'training and testing', 0.6, 1));
  const models: Record<string, ModelReport> = {};
  let refit: Refit | undefined;
  results.forEach((result, at) => {
    if (result.kind === 'refit') refit = result;
    if (result.kind !== 'test') return;
    for (const entry of entries[at] ?? []) {
      models[entry.name] = {
        ...(entry.trend ? result.trended : result.plain),
        validationNDCG5: entry.ndcg5,
        parameters: parametersOf(entry),
        seconds: result.fitMs / 1000,
      };
    }
  });
  return { models, refit };
}

function parametersOf({ candidate, trend }: Tuned): ModelParameters {
  if (!trend) return candidate.parameters;
  return { ...candidate.parameters, trendStrength: trend.strength, trendSmoothing: trend.smoothing };
}

function progress(
  { signal, onProgress }: EvaluationOptions,
  stage: string,
  from: number,
  to: number,
): { signal?: AbortSignal; onProgress: (fraction: number) => void } {
  return { ...(signal && { signal }), onProgress: fraction => onProgress?.(from + (to - from) * fraction, stage) };
}

const NO_TREND: TrendParameters = { strength: 0, smoothing: 1 };
const COSTS: Readonly<Record<string, number>> = {
  popularity: 1,
  'bought-together': 2,
  cosine: 2,
  bm25: 2,
  als: 5,
  ease: 10,
};

function cost({ trainer, parameters }: Candidate): number {
  const size = typeof parameters.factors === 'number' ? parameters.factors / 32 : 1;
  return (COSTS[trainer] ?? 3) * size;
}
