import type { TableRows } from '@laurel/warehouse';
import type { ModelParameters } from '../affinity/affinity-model.js';
import type { EvaluationReport } from '../evaluation/evaluate-candidates.js';
import type { InterestWeights, ProductInterest } from '../evaluation/product-interest.js';
import type { OrderLine } from '../evaluation/user-time-split.js';
import type { ClusterModel } from '../kmeans/cluster-model.js';
import type { FeatureScale } from '../standardise/standardiser.js';

/** Common to every training. */
export interface TrainingOptions {
  readonly seed: number;
  /** The training run it belongs to: names the jobs of trainers that work elsewhere. */
  readonly runId?: string;
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
  /** The same rows as a table of the warehouse, for trainers that work there: first the customer's id, then the features by their names. */
  readonly source?: TableRows;
}

/** Settings of a clustering that tuning can find better ones of. */
export interface ClusterSettings {
  readonly scale: FeatureScale;
  /** Of k-means, where there is no warm start. */
  readonly starts: number;
}

export interface ClustersOptions extends TrainingOptions {
  readonly k: number;
  /** Logarithms and ten starts unless told; trainers that work elsewhere have their own settings. */
  readonly tuned?: ClusterSettings;
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

/** A model that also lies where it was trained. */
export interface RemoteModel {
  /** Its name there. */
  readonly model: string;
  /** What is said of it there, and how far Laurel's answers agree with it. */
  readonly figures: Readonly<Record<string, number>>;
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
  readonly remote?: RemoteModel;
}

/** What affinities are learned from: every line of every order that counts, and what was looked at and put into the cart. */
export interface AffinityInput {
  readonly purchases: AsyncIterable<OrderLine> | Iterable<OrderLine>;
  /** None where the shop records no such events. */
  readonly interests?: AsyncIterable<ProductInterest> | Iterable<ProductInterest>;
  /** The loyalty tiers of customers, by id, best first: figures are told by tier too. */
  readonly tiers?: ReadonlyMap<string, string>;
  /**
   * The same lines as a table of the warehouse, for trainers that work there, with the columns customer_id, order_id, placed_at, product_id and
   * quantity.
   */
  readonly source?: TableRows;
  /** The same interests as a table of the warehouse, with the columns customer_id, product_id, kind and first_at. */
  readonly interestSource?: TableRows;
}

export interface AffinityOptions extends TrainingOptions {
  /** The kind of the live model: it is scored on the same split as the winner. */
  readonly incumbent?: string;
  /** What interests count as at first, beside purchases; {@link INTEREST_WEIGHTS} unless told. */
  readonly interestWeights?: InterestWeights;
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
  readonly remote?: RemoteModel;
}

/** Where models are trained. Adapters: embedded, on this machine; bigquery-ml, in the dataset. */
export interface Trainer {
  readonly kind: string;
  /** The candidate whose tuned settings it can take; any unless told. */
  readonly tunedBy?: string;
  trainClusters(input: ClustersInput, options: ClustersOptions): Promise<TrainedClusters | Refused>;
  trainAffinity(input: AffinityInput, options: AffinityOptions): Promise<TrainedAffinity | Refused>;
  /** Writes a {@link RemoteModel} to Cloud Storage; only where models lie elsewhere. */
  exportModel?(model: string, uri: string, options: Omit<TrainingOptions, 'seed'>): Promise<void>;
}
