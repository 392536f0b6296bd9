import { evaluateCandidates } from '../../evaluation/evaluate-candidates.js';
import { ClusterModel } from '../../kmeans/cluster-model.js';
import { Standardiser } from '../../standardise/standardiser.js';
import type {
  AffinityInput,
  AffinityOptions,
  ClustersInput,
  ClustersOptions,
  Refused,
  TrainedAffinity,
  TrainedClusters,
  Trainer,
} from '../trainer.js';
import { clusterInWorker } from './cluster-in-worker.js';
import { readFeatures } from './read-features.js';
import { readPurchases } from './read-purchases.js';
import { refused } from './refused.js';

/** What every winner is shown beside. */
const BASELINE = 'popularity';

/** Trains on this machine, in worker threads; the calling thread only reads the input. */
export class EmbeddedTrainer implements Trainer {
  readonly kind = 'embedded';

  async trainClusters(input: ClustersInput, options: ClustersOptions): Promise<TrainedClusters | Refused> {
    const startedMs = performance.now();
    const { k, seed, previous, tuned } = options;
    const read = await readFeatures(input, k);
    if (read.kind === 'refused') return read;
    const { features, customerIds, dataFingerprint } = read;
    const start = previous && Float64Array.from(previous.rawCentroids().flat(), value => Math.max(0, value));
    const dimensions = input.featureNames.length;
    const found = await clusterInWorker({ features, dimensions, k, seed, ...tuned, ...(start && { start }) }, options);
    const { standardiser, centroids, assignments, metrics } = found;
    return {
      kind: 'trained',
      model: new ClusterModel(input.featureNames, new Standardiser(standardiser), centroids),
      metrics,
      customerIds,
      assignments,
      dataFingerprint,
      durationMs: performance.now() - startedMs,
    };
  }

  async trainAffinity(input: AffinityInput, options: AffinityOptions): Promise<TrainedAffinity | Refused> {
    const startedMs = performance.now();
    options.onProgress?.(0, 'reading purchases');
    const read = await readPurchases(input);
    if (read.kind === 'refused') return read;
    const { seed, signal, onProgress, incumbent, tuned, interestWeights } = options;
    const tested = incumbent === undefined ? [BASELINE] : [BASELINE, incumbent];
    const { report, winner } = await evaluateCandidates(
      read.source,
      {
        seed,
        search: 'routine',
        tested,
        ...(tuned && { tuned }),
        ...(interestWeights && { interestWeights }),
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
