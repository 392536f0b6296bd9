import { randomUUID } from 'node:crypto';
import type { StatementJob, TableRows, Warehouse } from '@laurel/warehouse';
import { z } from 'zod';
import type { ModelParameters } from '../../affinity/affinity-model.js';
import type { AlsModel } from '../../affinity/als-model.js';
import { affinityTrainers } from '../../affinity/trainers.js';
import { evaluateCandidates } from '../../evaluation/evaluate-candidates.js';
import { asSplitRows } from '../../evaluation/packed-rows.js';
import { interestParameters, interestWeightsOf, type InterestWeights } from '../../evaluation/product-interest.js';
import type { SplitRow } from '../../evaluation/split.js';
import { splitInterests } from '../../evaluation/split-interests.js';
import type { TrialSource } from '../../evaluation/trials.js';
import { ClusterModel } from '../../kmeans/cluster-model.js';
import { matchCentroids } from '../../kmeans/hungarian.js';
import { clusterInWorker } from '../embedded/cluster-in-worker.js';
import { readFeatures } from '../embedded/read-features.js';
import { readPurchases } from '../embedded/read-purchases.js';
import { refused } from '../embedded/refused.js';
import type {
  AffinityInput,
  AffinityOptions,
  ClustersInput,
  ClustersOptions,
  Refused,
  TrainedAffinity,
  TrainedClusters,
  Trainer,
  TrainingOptions,
} from '../trainer.js';
import { predictionRow, predictionAgreement, recommendationAgreement, recommendationRow } from './agreement.js';
import {
  createSplit,
  DROP_TRIAL,
  type FactorSettings,
  FACTORS_MODEL,
  itemFactors,
  RECOMMEND,
  trainFinal,
  trainTrial,
  TRIAL_MODEL,
} from './factor-statements.js';
import {
  KMEANS_CENTROIDS,
  KMEANS_ITERATIONS,
  KMEANS_MODEL,
  predictClusters,
  trainKmeans,
} from './kmeans-statements.js';
import { evaluateModel, exportModel } from './model-statements.js';
import { factorRow, readAlsModel } from './read-als-model.js';
import { centroidRow, readClusterModel } from './read-cluster-model.js';

/** What a model of this trainer is called among the candidates. */
const MATRIX_FACTORIZATION = 'matrix-factorization';
const BASELINE = 'popularity';
/** A share of the customers in other clusters than by `ML.PREDICT` above this, and what was read back is another model. */
const MOST_DISAGREEMENT = 0.01;

/** BigQuery's limits for `NUM_FACTORS`. */
const tunedSettings = z.object({
  factors: z
    .number()
    .default(15)
    .transform(factors => Math.min(200, Math.max(2, factors))),
  regularisation: z.number().positive().default(30),
  alpha: z.number().positive().default(40),
});

const evaluationRow = z.record(z.string(), z.number().nullable());
const iterationsRow = z.object({ iterations: z.number() });

/**
 * Trains by BigQuery ML on the tables of the dataset, and reads the models back, so that they serve from Laurel's memory like any other. Rows are
 * read here too, but only to judge: on the same split and by the same figures as the embedded trainer's.
 */
export class BigQueryMlTrainer implements Trainer {
  readonly kind = 'bigquery-ml';
  readonly tunedBy = 'als';

  constructor(private readonly warehouse: Pick<Warehouse, 'query' | 'runJob'>) {}

  async trainClusters(input: ClustersInput, options: ClustersOptions): Promise<TrainedClusters | Refused> {
    const startedMs = performance.now();
    const { k, previous, signal } = options;
    const { featureNames } = input;
    const source = sourceOf(input.source);
    const read = await readFeatures(input, k);
    if (read.kind === 'refused') return read;
    const warm = previous !== undefined && (await this.#holds(previous));
    const job = this.#jobs(options, read.dataFingerprint.slice(0, 8));
    await job(trainKmeans(source, featureNames, { k, warm }), 0, 0.6);
    const found = readClusterModel(await this.warehouse.query(KMEANS_CENTROIDS, centroidRow), featureNames);
    if (found.k !== k) return refused(`BigQuery ML found ${found.k} clusters instead of ${k}`);
    const model = previous ? inOrderOf(previous, found) : found;
    const [training] = await this.warehouse.query(KMEANS_ITERATIONS, iterationsRow);
    signal?.throwIfAborted();
    const { features, customerIds, dataFingerprint } = read;
    const judged = await clusterInWorker(
      {
        features,
        dimensions: featureNames.length,
        k,
        seed: options.seed,
        found: {
          standardiser: model.standardiser.state,
          centroids: model.centroids,
          iterations: training?.iterations ?? 0,
        },
        ...(previous && { start: rawCentroids(previous) }),
      },
      within(options, 0.6, 1),
    );
    const predicted = await this.warehouse.query(predictClusters(source, featureNames), predictionRow);
    const placed = new Map(
      customerIds.map((id, at) => [id, features.subarray(at * featureNames.length, (at + 1) * featureNames.length)]),
    );
    const agreement = predictionAgreement(predicted, found, placed);
    const share = agreement['predict_agreement'] ?? 1;
    if (share < 1 - MOST_DISAGREEMENT) {
      throw new RangeError(
        `Laurel puts only ${(100 * share).toFixed(1)} % of customers where ML.PREDICT does: the clusters read back are not BigQuery's.`,
      );
    }
    return {
      kind: 'trained',
      model,
      metrics: judged.metrics,
      customerIds,
      assignments: judged.assignments,
      dataFingerprint,
      durationMs: performance.now() - startedMs,
      remote: {
        model: KMEANS_MODEL,
        figures: { ...(await this.#evaluate(KMEANS_MODEL)), ...agreement },
      },
    };
  }

  async trainAffinity(input: AffinityInput, options: AffinityOptions): Promise<TrainedAffinity | Refused> {
    const startedMs = performance.now();
    const { seed, incumbent, tuned, signal, onProgress } = options;
    const source = sourceOf(input.source);
    onProgress?.(0, 'reading purchases');
    const read = await readPurchases(input);
    if (read.kind === 'refused') return read;
    const settings = tunedSettings.parse(tuned?.parameters ?? {});
    const { rows, interests } = read.source;
    const weights = interests && interestWeightsOf(tuned?.parameters ?? {});
    const parameters = { ...settings, ...(weights && interestParameters(weights)) };
    const weighed = weights && { rows: sourceOf(input.interestSource), weights };
    const job = this.#jobs(options, String(rows.customer.length));
    try {
      await job(createSplit(source, weighed), 0.05, 0.1);
      const trialMs = performance.now();
      await job(trainTrial(settings), 0.1, 0.4);
      const trial = await this.#factors(TRIAL_MODEL, settings, parameters);
      const { report, dataFingerprint } = await evaluateCandidates(read.source, {
        seed,
        search: 'routine',
        trainers: affinityTrainers
          .map(({ name }) => name)
          .filter(name => name === BASELINE || name === baseOf(incumbent)),
        tested: incumbent === undefined ? [BASELINE] : [BASELINE, incumbent],
        entrant: {
          name: MATRIX_FACTORIZATION,
          model: trial.serialize(),
          parameters,
          seconds: (performance.now() - trialMs) / 1000,
        },
        ...within(options, 0.4, 0.6),
      });
      await job(trainFinal(settings, source, weighed), 0.6, 1);
      const model = await this.#factors(FACTORS_MODEL, settings, parameters);
      const recommended = await this.warehouse.query(RECOMMEND, recommendationRow);
      return {
        kind: 'trained',
        winner: MATRIX_FACTORIZATION,
        artifact: model.serialize(),
        parameters,
        report: { ...report, best: MATRIX_FACTORIZATION },
        dataFingerprint: dataFingerprint ?? '',
        durationMs: performance.now() - startedMs,
        remote: {
          model: FACTORS_MODEL,
          figures: {
            ...(await this.#evaluate(FACTORS_MODEL)),
            ...recommendationAgreement(recommended, model, knownOf(read.source, weights)),
          },
        },
      };
    } finally {
      // Whoever takes the run over finds its jobs done, and needs what they made.
      const ended = signal?.aborted ? [] : DROP_TRIAL;
      for (const sql of ended) await this.warehouse.runJob({ name: randomUUID(), sql }).catch(() => undefined);
    }
  }

  async exportModel(model: string, uri: string, options: Omit<TrainingOptions, 'seed'>): Promise<void> {
    await this.#jobs(options, 'export')(exportModel(model, uri), 0, 1);
  }

  /** Whether the model in the dataset is this one, so that a warm start begins from it. */
  async #holds(previous: ClusterModel): Promise<boolean> {
    let rows: z.infer<typeof centroidRow>[];
    try {
      rows = await this.warehouse.query(KMEANS_CENTROIDS, centroidRow);
    } catch (error) {
      if (error instanceof Error && /not found/i.test(error.message)) return false;
      throw error;
    }
    const there = readClusterModel(rows, previous.featureNames);
    if (there.k !== previous.k) return false;
    const held = inOrderOf(previous, there).rawCentroids().flat();
    return previous
      .rawCentroids()
      .flat()
      .every((value, at) => Math.abs(value - held[at]!) <= 1e-6 * (1 + Math.abs(value)));
  }

  async #factors(model: string, settings: FactorSettings, parameters: ModelParameters): Promise<AlsModel> {
    return readAlsModel(await this.warehouse.query(itemFactors(model), factorRow), settings, parameters);
  }

  async #evaluate(model: string): Promise<Record<string, number>> {
    const [row = {}] = await this.warehouse.query(evaluateModel(model), evaluationRow);
    return Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  }

  /** Runs statements as jobs of this run on this data, each of which is some part of it. */
  #jobs(
    { runId = randomUUID(), signal, onProgress }: Omit<TrainingOptions, 'seed'>,
    data: string,
  ): (sql: string, from: number, to: number) => Promise<void> {
    return (sql, from, to) => {
      const report = (fraction: number): void => onProgress?.(from + (to - from) * fraction, 'BigQuery ML');
      report(0);
      const job: StatementJob = { name: `${runId}-${data}`, sql, onProgress: report, ...(signal && { signal }) };
      return this.warehouse.runJob(job);
    };
  }
}

function sourceOf(source: TableRows | undefined): TableRows {
  if (source) return source;
  throw new RangeError('BigQuery ML trains on a table of the warehouse; the input names none.');
}

/** What a model is trained on in the end. */
function* knownOf({ rows, interests }: TrialSource, weights: InterestWeights | undefined): Generator<SplitRow> {
  yield* asSplitRows(rows);
  if (interests && weights) yield* splitInterests(interests, new Map()).all(weights);
}

/** A part of a training's progress. */
function within<Options extends Omit<TrainingOptions, 'seed'>>(
  { signal, onProgress }: Options,
  from: number,
  to: number,
) {
  return {
    ...(signal && { signal }),
    ...(onProgress && {
      onProgress: (fraction: number, stage: string) => onProgress(from + (to - from) * fraction, stage),
    }),
  };
}

/** The trainer of a model's kind: that of `ease-interests-trend` is `ease`. */
function baseOf(incumbent: string | undefined): string | undefined {
  return incumbent?.replace(/(-interests)?(-trend)?$/, '');
}

/** The same clusters, each at the place of the one in `previous` that it is nearest to. */
function inOrderOf(previous: ClusterModel, { featureNames, standardiser, centroids, k }: ClusterModel): ClusterModel {
  const width = featureNames.length;
  const matching = matchCentroids(standardiser.transform(rawCentroids(previous)), centroids, width);
  if (matching.length !== k) return new ClusterModel(featureNames, standardiser, centroids);
  const ordered = new Float64Array(centroids.length);
  matching.forEach((from, to) => ordered.set(centroids.subarray(from * width, (from + 1) * width), to * width));
  return new ClusterModel(featureNames, standardiser, ordered);
}

function rawCentroids(model: ClusterModel): Float64Array<ArrayBuffer> {
  return Float64Array.from(model.rawCentroids().flat(), value => Math.max(0, value));
}
