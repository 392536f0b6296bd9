import type { ModelParameters } from '../affinity/affinity-model.js';
import type { EvaluationReport } from '../evaluation/evaluate-candidates.js';
import type { OrderLine } from '../evaluation/user-time-split.js';
import type { ClusterModel } from '../kmeans/cluster-model.js';

/** Common to every training. */
export interface TrainingOptions {
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Called with the finished part, 0 … 1, and what is going on. */
  readonly onProgress?: (fraction: number, stage: string) => void;
}

/** Data too poor to learn from: nothing was trained. */
export interface Refused {
  readonly kind: 'refused';
  /** Which limit was missed, by how much. */
  readonly reason: string;
}

/** One customer's features, in the order of {@link ClustersInput.featureNames}. */
export interface FeatureRow {
  readonly customerId: string;
  readonly features: readonly number[];
}

/** What clusters are learned from. */
export interface ClustersInput {
  readonly featureNames: readonly string[];
  readonly rows: AsyncIterable<FeatureRow> | Iterable<FeatureRow>;
}

export interface ClustersOptions extends TrainingOptions {
  readonly k: number;
  /** Warm start from this model's centroids; clusters then keep its order. */
  readonly previous?: ClusterModel;
}

/** Figures of a clustering. */
export interface ClusterMetrics {
  readonly daviesBouldin: number;
  readonly meanSquaredDistance: number;
  /** Of a sample of 2,000 customers. */
  readonly silhouette: number;
  /** Stability of each cluster under resampling; from 0.75 up it counts as valid. */
  readonly jaccard: readonly number[];
  readonly sizes: readonly number[];
  readonly iterations: number;
  /** Agreement with the previous model's clusters on the same customers. */
  readonly adjustedRandIndex?: number;
  /** For each cluster of the previous model, the new one nearest to it. */
  readonly matching?: readonly number[];
}

export interface TrainedClusters {
  readonly kind: 'trained';
  readonly model: ClusterModel;
  readonly metrics: ClusterMetrics;
  /** Ids sorted by code unit, with the cluster of each. */
  readonly customerIds: readonly string[];
  readonly assignments: Int32Array<ArrayBuffer>;
  readonly dataFingerprint: string;
  readonly durationMs: number;
}

/** What affinities are learned from: every line of every order that counts. */
export interface AffinityInput {
  readonly purchases: AsyncIterable<OrderLine> | Iterable<OrderLine>;
}

export interface AffinityOptions extends TrainingOptions {
  /** The kind of the live model: it is scored on the same split as the winner. */
  readonly incumbent?: string;
  /** The best that tuning found: tried beside what is always tried. */
  readonly tuned?: { readonly trainer: string; readonly parameters: ModelParameters };
}

export interface TrainedAffinity {
  readonly kind: 'trained';
  /** Name of the winner, such as `ease-trend`. */
  readonly winner: string;
  /** The winner trained on everything; read it with `deserializeAffinityModel`. */
  readonly artifact: Uint8Array<ArrayBuffer>;
  readonly parameters: ModelParameters;
  readonly report: EvaluationReport;
  readonly dataFingerprint: string;
  readonly durationMs: number;
}

/** Where models are trained. Adapters: embedded, on this machine. */
export interface Trainer {
  readonly kind: string;
  trainClusters(input: ClustersInput, options: ClustersOptions): Promise<TrainedClusters | Refused>;
  trainAffinity(input: AffinityInput, options: AffinityOptions): Promise<TrainedAffinity | Refused>;
}
