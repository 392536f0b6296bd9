import { createHash } from 'node:crypto';
import { evaluateCandidates } from '../../evaluation/evaluate-candidates.js';
import { ClusterModel } from '../../kmeans/cluster-model.js';
import { LogStandardiser } from '../../standardise/log-standardiser.js';
import { startWorker } from '../../workers/start-worker.js';
import { TaskPool } from '../../workers/task-pool.js';
import type {
  AffinityInput,
  AffinityOptions,
  ClustersInput,
  ClustersOptions,
  FeatureRow,
  Refused,
  TrainedAffinity,
  TrainedClusters,
  Trainer,
} from '../trainer.js';
import { clusterTaskResult, type ClusterTask, type ClusterTaskResult } from './cluster-task.js';
import { readPurchases } from './read-purchases.js';
import { refused } from './refused.js';
import { MIN_CUSTOMERS_PER_CLUSTER } from './training-limits.js';

/** What every winner is shown beside. */
const BASELINE = 'popularity';

/** Trains on this machine, in worker threads; the calling thread only reads the input. */
export class EmbeddedTrainer implements Trainer {
  readonly kind = 'embedded';

  async trainClusters(input: ClustersInput, options: ClustersOptions): Promise<TrainedClusters | Refused> {
    const startedMs = performance.now();
    const { k, seed, previous } = options;
    const dimensions = input.featureNames.length;
    const rows: FeatureRow[] = [];
    for await (const row of input.rows) rows.push(row);
    const needed = MIN_CUSTOMERS_PER_CLUSTER * k;
    if (rows.length < needed) {
      return refused(`${rows.length} customers, at least ${needed} are needed for ${k} clusters`);
    }
    const distinct = new Set(rows.map(row => row.features.join())).size;
    if (distinct < k) return refused(`${distinct} different customers can't make ${k} clusters`);
    rows.sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
    const task: ClusterTask = {
      features: Float64Array.from(rows.flatMap(row => row.features)),
      dimensions,
      k,
      seed,
      ...(previous && { start: Float64Array.from(previous.rawCentroids().flat(), value => Math.max(0, value)) }),
    };
    const found = await inWorker(task, options);
    const { means, deviations, centroids, assignments, metrics } = found;
    const hash = createHash('sha256').update(input.featureNames.join());
    for (const row of rows) hash.update(`\n${row.customerId},${row.features.join()}`);
    return {
      kind: 'trained',
      model: new ClusterModel(input.featureNames, new LogStandardiser({ means, deviations }), centroids),
      metrics,
      customerIds: rows.map(row => row.customerId),
      assignments,
      dataFingerprint: hash.digest('hex'),
      durationMs: performance.now() - startedMs,
    };
  }

  async trainAffinity(input: AffinityInput, options: AffinityOptions): Promise<TrainedAffinity | Refused> {
    const startedMs = performance.now();
    options.onProgress?.(0, 'reading purchases');
    const read = await readPurchases(input);
    if (read.kind === 'refused') return read;
    const { rows } = read;
    const { seed, signal, onProgress, incumbent, tuned } = options;
    const tested = incumbent === undefined ? [BASELINE] : [BASELINE, incumbent];
    const { report, winner } = await evaluateCandidates(
      { kind: 'orders', rows },
      {
        seed,
        search: 'routine',
        tested,
        ...(tuned && { tuned }),
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      },
      'report and refit',
    );
    if (!winner) return refused('no candidate could be trained');
    return {
      kind: 'trained',
      winner: report.best,
      artifact: winner.model,
      parameters: winner.parameters,
      report,
      dataFingerprint: winner.dataFingerprint,
      durationMs: performance.now() - startedMs,
    };
  }
}

async function inWorker(task: ClusterTask, options: ClustersOptions): Promise<ClusterTaskResult> {
  const pool = new TaskPool<ClusterTask, ClusterTaskResult>(
    1,
    () => startWorker(import.meta.url, 'cluster-worker', undefined),
    result => clusterTaskResult.parse(result),
  );
  try {
    const { signal, onProgress } = options;
    const [result] = await pool.run([{ task, cost: 1 }], {
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (fraction: number) => onProgress(fraction, 'clustering') }),
    });
    if (!result) throw new RangeError('A clustering gave no result.');
    return result;
  } finally {
    await pool.close();
  }
}
