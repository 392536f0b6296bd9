export type {
  AffinityModel,
  Contribution,
  HistoryItem,
  ModelParameters,
  ScoredItem,
} from './affinity/affinity-model.js';
export { AlsModel } from './affinity/als-model.js';
export { deserializeAffinityModel } from './affinity/deserialize-affinity-model.js';
export { ModelFormatError } from './affinity/model-file.js';
export { topItems } from './affinity/top-items.js';
export { affinityTrainer, affinityTrainers } from './affinity/trainers.js';
export type { AffinityTrainer, FitOptions } from './affinity/affinity-trainer.js';
export {
  evaluateCandidates,
  type EvaluationOptions,
  type EvaluationOutcome,
  type EvaluationReport,
  type ModelReport,
} from './evaluation/evaluate-candidates.js';
export { BatchScoring } from './batch-scoring/batch-scoring.js';
export type { HistoryBatch, TopLists } from './batch-scoring/history-batch.js';
export { InnerProductSearch, type InnerProductQuery } from './inner-products/inner-product-search.js';
export type { InnerProducts } from './inner-products/inner-products.js';
export {
  INTEREST_WEIGHTS,
  InterestPacker,
  interestWeightsOf,
  type InterestWeights,
  type ProductInterest,
} from './evaluation/product-interest.js';
export { OrderLinePacker, type PackedRows } from './evaluation/packed-rows.js';
export type { DataDescription, HistogramBin } from './evaluation/describe-data.js';
export type { CustomerBand, PopularityBand, TierBand } from './evaluation/bands.js';
export {
  distributionOf,
  distributionSchema,
  populationStability,
  type Distribution,
} from './drift/population-stability.js';
export { RowsFormatError } from './evaluation/csv-rows.js';
export { readOrderLines } from './evaluation/read-order-lines.js';
export { readInterests } from './evaluation/read-interests.js';
export { readSplit } from './evaluation/read-split.js';
export { readTiers } from './evaluation/read-tiers.js';
export type { RecommendationMetrics } from './evaluation/recommendation-metrics.js';
export { confidences, type Split, type SplitPart, type SplitRow } from './evaluation/split.js';
export type { TrialSource } from './evaluation/trials.js';
export { userTimeSplit, type OrderLine } from './evaluation/user-time-split.js';
export { buildInteractions, InteractionsBuilder } from './interactions/interactions-builder.js';
export { mapValues, transpose, type Interactions } from './interactions/interactions.js';
export { adjustedRandIndex } from './kmeans/adjusted-rand-index.js';
export { assignAll } from './kmeans/assign-all.js';
export { bootstrapJaccard } from './kmeans/bootstrap-jaccard.js';
export { daviesBouldin, meanSquaredDistance } from './kmeans/davies-bouldin.js';
export { hungarian, matchCentroids } from './kmeans/hungarian.js';
export { kmeans, nearestCentroid, type KMeansOptions, type KMeansResult } from './kmeans/kmeans.js';
export { sampledSilhouette } from './kmeans/silhouette.js';
export { Random } from './random/random.js';
export { type FeatureScale, Standardiser, standardiserState } from './standardise/standardiser.js';
export { bootstrapMean, type MeanInterval } from './statistics/bootstrap-interval.js';
export type { Estimate } from './statistics/estimate.js';
export { type PairSums, ratioInterval } from './statistics/ratio-interval.js';
export {
  type Arm,
  compareSequentially,
  LEAST_CUSTOMERS,
  meanOf,
  type SequentialComparison,
  type Verdict,
} from './statistics/sequential-comparison.js';
export { stableHash } from './statistics/stable-hash.js';
export { wilsonInterval } from './statistics/wilson-interval.js';
export { ClusterModel, type ClusterPrediction } from './kmeans/cluster-model.js';
export {
  type ModelDraft,
  type ModelRecord,
  type ModelStatus,
  type ServingState,
  type TrafficShare,
} from './registry/model-record.js';
export { ModelRegistry } from './registry/model-registry.js';
export { decidePromotion, type PromotionDecision, type PromotionRule } from './registry/promotion-rule.js';
export { ArtifactMismatchError, ModelChangeError, ModelNotFoundError } from './registry/registry-errors.js';
export { stickyChoice } from './registry/sticky-choice.js';
export { affinityJob, type AffinityJobOptions } from './training/affinity-job.js';
export { clusterTuning } from './training/cluster-tuning.js';
export { churnJob, type ChurnJobOptions } from './training/churn-job.js';
export { COUNTED_LINES, countedOrderLines } from './training/counted-order-lines.js';
export { interestRows, productInterests } from './training/product-interests.js';
export { demandJob, type DemandJobOptions } from './training/demand-job.js';
export { EmbeddedTrainer } from './training/embedded/embedded-trainer.js';
export { withExport } from './training/export-job.js';
export { openTrainer } from './training/open-trainer.js';
export { affinityLimits, MIN_CUSTOMERS_PER_CLUSTER } from './training/embedded/training-limits.js';
export type {
  AffinityInput,
  ClusterMetrics,
  ClusterSettings,
  ClustersInput,
  ClustersOptions,
  FeatureRow,
  Refused,
  RemoteModel,
  TrainedAffinity,
  TrainedClusters,
  Trainer,
  TrainingOptions,
} from './training/trainer.js';
export type { TrainingRun } from './training/training-run.js';
export { LeaseLostError, TrainingRuns } from './training/training-runs.js';
export {
  TrainingWorker,
  type JobContext,
  type JobOutcome,
  type TrainingEvent,
  type TrainingJob,
  type TrainingWorkerOptions,
} from './training/training-worker.js';
export { TaskFailedError } from './workers/task-failed-error.js';
export { steadiestSettings } from './tuning/tune-clusters.js';
export { tuningRequest } from './tuning/tuning-request.js';
export type { TuningTrial } from './tuning/tuning-trial.js';
export { TuningTrials } from './tuning/tuning-trials.js';
export { ChurnDataError, forecastChurn, type ChurnForecast, type CustomerChurn } from './churn/churn.js';
export type { ProbabilityScores } from './churn/probability-scores.js';
export {
  DEMAND_METHODS,
  DEMAND_TRENDS,
  DemandDataError,
  forecastDemand,
  type DemandForecast,
  type DemandMethod,
  type DemandTrend,
  type ProductDemand,
} from './demand/demand.js';
