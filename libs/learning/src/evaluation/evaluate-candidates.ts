import { availableParallelism } from 'node:os';
import type { ModelParameters } from '../affinity/affinity-model.js';
import { affinityTrainers } from '../affinity/trainers.js';
import type { AffinityTrainer } from '../affinity/affinity-trainer.js';
import type { TrendParameters } from '../affinity/trend-factors.js';
import { startWorker } from '../workers/start-worker.js';
import { TaskPool, type PoolTask } from '../workers/task-pool.js';
import { blendsOf } from './blend-parts.js';
import type { Candidate } from './candidate.js';
import type { DataDescription } from './describe-data.js';
import { hasDays } from './packed-rows.js';
import type { RecommendationMetrics } from './recommendation-metrics.js';
import {
  INTEREST_WEIGHTS,
  interestParameters,
  interestWeightsOf,
  type InterestWeights,
  takesInterests,
} from './product-interest.js';
import { parametersAround } from './search-space.js';
import { trialResultSchema } from './trial-messages.js';
import type { Trial, TrialResult, TrialSource } from './trials.js';
import type { TunedTrend } from './tune-trend.js';

/** A model's figures on the test, and how it was chosen. */
export interface ModelReport extends RecommendationMetrics {
  /** NDCG@5 on validation, which chose the parameters; none for a model trained elsewhere. */
  readonly validationNDCG5?: number;
  readonly parameters: ModelParameters;
  /** Seconds of the last training, on train and validation together. */
  readonly seconds: number;
}

/** Outcome of {@link evaluateCandidates}. */
export interface EvaluationReport {
  readonly models: Readonly<Record<string, ModelReport>>;
  /** NDCG@5 on validation of every model that was tried, also of those that were not tested. */
  readonly validation: Readonly<Record<string, number>>;
  /** The model that was best on validation; the test chose nothing. */
  readonly best: string;
  /** Customers of the test; of more than 20,000, the models' figures are of about as many, drawn by a hash of their ids. */
  readonly customers: number;
  /** What all of it was learned from. */
  readonly data: DataDescription;
  readonly seconds: number;
}

/** A model that is only to be scored. */
export interface Entrant {
  readonly name: string;
  /** As `AffinityModel.serialize` writes it; it knows the products bought before the test, and those of the interests that its parameters weigh. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly parameters: ModelParameters;
  /** Of its training. */
  readonly seconds: number;
}

/** How thorough an evaluation is, and who is told. */
export interface EvaluationOptions {
  readonly seed: number;
  /**
   * `full` tries each trainer's grid, goes on from the best of the quick ones and blends the best trainers; `routine` tries
   * each trainer's few fast choices.
   */
  readonly search: 'full' | 'routine';
  /**
   * Of a shop with more customers than this, 20,000 unless told, a full search tries its many settings on about as many, drawn by a hash of their
   * ids, and only the best of each model on all.
   */
  readonly searchedCustomers?: number;
  /** A candidate that tuning found, tried beside the rest. */
  readonly tuned?: Omit<Candidate, 'seed'>;
  /** A model trained elsewhere on everything before the test, scored beside the rest. */
  readonly entrant?: Entrant;
  /** What interests count as at first, where the source has any; {@link INTEREST_WEIGHTS} unless told. */
  readonly interestWeights?: InterestWeights;
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
  /** Of the data, where there was an entrant. */
  readonly dataFingerprint?: string;
  readonly winner?: {
    readonly model: Uint8Array<ArrayBuffer>;
    readonly parameters: ModelParameters;
    readonly dataFingerprint: string;
  };
}

/**
 * Compares every trainer on one split, off this thread: parameters and trend are chosen by NDCG@5 on validation, then
 * each choice (or those of `tested`) is trained on train + validation and scored on the test. A model appears under its trainer's name,
 * learned from interests too under `<name>-interests`, and each with the trend of demand under `<name>-trend`.
 * @throws TaskFailedError when a training fails; the signal's reason when it is aborted.
 */
export async function evaluateCandidates(
  source: TrialSource,
  options: EvaluationOptions,
  then: 'report' | 'report and refit' = 'report',
): Promise<EvaluationOutcome> {
  const startedMs = performance.now();
  const dated = hasDays(source.rows);
  const trainers = affinityTrainers
    .filter(({ name }) => options.trainers?.includes(name) ?? true)
    .filter(({ needsDays }) => dated || !needsDays);
  const threads = options.threads ?? Math.min(4, availableParallelism());
  const pool = new TaskPool<Trial, TrialResult>(
    threads,
    () => startWorker(import.meta.url, 'trial-worker', { source, threads }),
    result => trialResultSchema.parse(result),
  );
  try {
    const { search, searchedCustomers = SEARCHED_CUSTOMERS } = options;
    const tuned = await tune(pool, trainers, options, {
      withInterests: (source.interests?.customer.length ?? 0) > 0,
      share: search === 'full' ? Math.min(1, searchedCustomers / source.rows.customers.length) : 1,
    });
    const best = tuned.reduce((a, b) => (b.ndcg5 > a.ndcg5 ? b : a));
    const tested = tuned.filter(({ name }) => name === best.name || (options.tested?.includes(name) ?? true));
    const { models, customers, data, refit, judged } = await test(
      pool,
      tested,
      then === 'report' ? undefined : best,
      options,
    );
    const validation = Object.fromEntries(tuned.map(({ name, ndcg5 }) => [name, ndcg5]));
    const seconds = (performance.now() - startedMs) / 1000;
    const report = { models, validation, best: best.name, customers, data, seconds };
    if (!refit) return { report, ...(judged && { dataFingerprint: judged.dataFingerprint }) };
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
type Judged = Extract<TrialResult, { kind: 'judge' }>;

async function tune(
  pool: TaskPool<Trial, TrialResult>,
  trainers: readonly AffinityTrainer[],
  options: EvaluationOptions,
  { withInterests, share }: { readonly withInterests: boolean; readonly share: number },
): Promise<Tuned[]> {
  let found = new BestTrials();
  const candidates = trainers.flatMap(trainer =>
    (options.search === 'full' ? trainer.grid : trainer.routine).map((parameters): Candidate => ({
      trainer: trainer.name,
      parameters,
      seed: options.seed,
    })),
  );
  if (options.tuned) candidates.push({ ...options.tuned, seed: options.seed });
  const full = options.search === 'full';
  await validate(pool, candidates, share, found, progress(options, 'tuning on validation', 0, full ? 0.4 : 0.5));
  if (withInterests) {
    const weights = interestParameters(options.interestWeights ?? INTEREST_WEIGHTS);
    const learned = found
      .plain()
      .filter(({ trainer, parameters }) => takesInterests(trainer) && !interestWeightsOf(parameters))
      .filter(({ trainer }, at) => full || at < ROUTINE_INTERESTED || isTested(trainer, options))
      .map(candidate => ({ ...candidate, parameters: { ...candidate.parameters, ...weights } }));
    const [from, to] = full ? [0.4, 0.45] : [0.5, 0.6];
    await validate(pool, learned, share, found, progress(options, 'tuning with what was looked at', from, to));
  }
  if (!full) return found.all();
  for (let round = 0; round < WALKS; round++) {
    const from = 0.45 + (0.1 * round) / WALKS;
    const next = trainers
      .filter(({ name }) => WALKED.includes(name))
      .flatMap(({ name }) => [...found.around(name), ...found.around(`${name}${INTERESTED}`)]);
    await validate(pool, next, share, found, progress(options, 'tuning on validation', from, from + 0.1 / WALKS));
  }
  if (share < 1) {
    const best = found.candidates();
    found = new BestTrials();
    await validate(pool, best, 1, found, progress(options, 'validating on all customers', 0.55, 0.55));
  }
  if (trainers.some(({ name }) => name === 'blend')) {
    const tasks = blendsOf(found.plain()).map(parts => ({ task: { kind: 'blend' as const, ...parts }, cost: 1 }));
    const results = await pool.run(tasks, progress(options, 'learning the weights of the blend', 0.55, 0.6));
    for (const result of results) if (result.kind === 'blend') found.offer(result.candidate, result.trend);
  }
  return found.all();
}

async function validate(
  pool: TaskPool<Trial, TrialResult>,
  candidates: readonly Candidate[],
  share: number,
  found: BestTrials,
  how: ReturnType<typeof progress>,
): Promise<void> {
  const results = await pool.run(
    candidates.map(candidate => ({ task: { kind: 'validate', candidate, share }, cost: cost(candidate) })),
    how,
  );
  results.forEach((result, at) => {
    if (result.kind === 'validate') found.offer(candidates[at]!, result.trend);
  });
}

/** The best trial of each model, with and without a trend. */
class BestTrials {
  readonly #best = new Map<string, Tuned>();
  readonly #tried = new Set<string>();

  offer(candidate: Candidate, { parameters, plainNdcg5, ndcg5 }: TunedTrend): void {
    this.#tried.add(JSON.stringify(candidate));
    const name = interestWeightsOf(candidate.parameters) ? `${candidate.trainer}${INTERESTED}` : candidate.trainer;
    this.#keep({ name, candidate, ndcg5: plainNdcg5 });
    this.#keep({ name: `${name}${TRENDED}`, candidate, ndcg5, trend: parameters });
  }

  all(): Tuned[] {
    return [...this.#best.values()];
  }

  /** What the models are trained with, each once. */
  candidates(): Candidate[] {
    const byText = this.all().map(({ candidate }) => [JSON.stringify(candidate), candidate] as const);
    return [...new Map(byText).values()];
  }

  /** The best of each trainer and input without a trend, the best first. */
  plain(): Candidate[] {
    return this.all()
      .filter(({ trend }) => !trend)
      .sort((a, b) => b.ndcg5 - a.ndcg5)
      .map(({ candidate }) => candidate);
  }

  /** What is one step from the best of a model and was not tried yet. */
  around(name: string): Candidate[] {
    const best = this.#best.get(name);
    if (!best) return [];
    const { candidate } = best;
    return parametersAround(candidate.trainer, candidate.parameters)
      .map(parameters => ({ ...candidate, parameters }))
      .filter(next => !this.#tried.has(JSON.stringify(next)));
  }

  #keep(tuned: Tuned): void {
    if (tuned.ndcg5 > (this.#best.get(tuned.name)?.ndcg5 ?? -1)) this.#best.set(tuned.name, tuned);
  }
}

async function test(
  pool: TaskPool<Trial, TrialResult>,
  tuned: readonly Tuned[],
  winner: Tuned | undefined,
  options: EvaluationOptions,
): Promise<{
  models: Record<string, ModelReport>;
  customers: number;
  data: DataDescription;
  refit: Refit | undefined;
  judged: Judged | undefined;
}> {
  const entries = [...Map.groupBy(tuned, ({ candidate }) => JSON.stringify(candidate)).values()];
  const tasks: PoolTask<Trial>[] = entries.map(entry => {
    const { candidate } = entry[0]!;
    return { task: { kind: 'test', candidate, trends: entry.map(({ trend }) => trend) }, cost: cost(candidate) };
  });
  if (winner) {
    const { candidate, trend } = winner;
    tasks.push({ task: { kind: 'refit', candidate, ...(trend && { trend }) }, cost: cost(candidate) });
  }
  const { entrant } = options;
  if (entrant) {
    const { model, parameters } = entrant;
    const judged = {
      kind: 'judge',
      model,
      seed: options.seed,
      interestWeights: interestWeightsOf(parameters),
    } as const;
    tasks.push({ task: judged, cost: 1 });
  }
  tasks.push({ task: { kind: 'describe' }, cost: 1 });
  const results = await pool.run(tasks, progress(options, 'training and testing', 0.6, 1));
  const models: Record<string, ModelReport> = {};
  let refit: Refit | undefined;
  let judged: Judged | undefined;
  let data: DataDescription | undefined;
  let customers = 0;
  results.forEach((result, at) => {
    if (result.kind === 'refit') refit = result;
    if (result.kind === 'judge') judged = result;
    if (result.kind === 'describe') data = result.data;
    if (result.kind !== 'test') return;
    customers = result.customers;
    entries[at]!.forEach((entry, place) => {
      models[entry.name] = {
        ...result.metrics[place]!,
        validationNDCG5: entry.ndcg5,
        parameters: parametersOf(entry),
        seconds: result.fitMs / 1000,
      };
    });
  });
  if (entrant && judged) {
    const { parameters, seconds } = entrant;
    models[entrant.name] = { ...judged.metrics, parameters, seconds };
  }
  if (!data) throw new RangeError('An evaluation did not describe its data.');
  return { models, customers, data, refit, judged };
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

const INTERESTED = '-interests';
const TRENDED = '-trend';
/** The best so many trainers of a routine training learn from interests too. */
const ROUTINE_INTERESTED = 2;

function isTested(trainer: string, { tested = [] }: EvaluationOptions): boolean {
  return tested.some(name => name.startsWith(`${trainer}${INTERESTED}`));
}

/** Trainers quick enough to be walked on with from the best of their grid, and how many steps. */
const WALKED = ['popularity-decay', 'bought-together', 'cosine', 'bm25', 'als'];
const WALKS = 2;
const SEARCHED_CUSTOMERS = 20_000;
const COSTS: Readonly<Record<string, number>> = {
  popularity: 1,
  'popularity-decay': 1,
  'bought-together': 2,
  cosine: 2,
  bm25: 2,
  als: 5,
  ease: 10,
  blend: 20,
};

function cost({ trainer, parameters }: Candidate): number {
  const size = typeof parameters.factors === 'number' ? parameters.factors / 32 : 1;
  return (COSTS[trainer] ?? 3) * size;
}
