import { z } from 'zod';
import { adjustedRandIndex } from '../../kmeans/adjusted-rand-index.js';
import { assignAll } from '../../kmeans/assign-all.js';
import { bootstrapJaccard } from '../../kmeans/bootstrap-jaccard.js';
import { daviesBouldin, meanSquaredDistance } from '../../kmeans/davies-bouldin.js';
import { matchCentroids } from '../../kmeans/hungarian.js';
import { kmeans, type KMeansResult } from '../../kmeans/kmeans.js';
import { sampledSilhouette } from '../../kmeans/silhouette.js';
import { FEATURE_SCALES, Standardiser, standardiserState } from '../../standardise/standardiser.js';
import type { ClusterMetrics } from '../trainer.js';

const SILHOUETTE_SAMPLE = 2000;
const JACCARD_RESAMPLES = 20;
const JACCARD_SAMPLE = 20000;

const doubles = z.custom<Float64Array<ArrayBuffer>>(value => value instanceof Float64Array);

/** One clustering to do in a worker. */
export const clusterTask = z.object({
  /** Raw features, one row of `dimensions` for each customer. */
  features: doubles,
  dimensions: z.int().positive(),
  k: z.int().positive(),
  seed: z.int(),
  /** How features are bent before they are standardised; logarithms unless told. */
  scale: z.enum(FEATURE_SCALES).exactOptional(),
  /** Starts of k-means without a warm one; ten unless told. */
  starts: z.int().positive().exactOptional(),
  /** Raw centroids to start from, or, for clusters found elsewhere, to compare with. */
  start: doubles.optional(),
  /** Clusters found elsewhere, only to be judged; their centroids are standardised. */
  found: z
    .object({
      standardiser: standardiserState,
      centroids: doubles,
      iterations: z.number(),
    })
    .optional(),
});

export type ClusterTask = z.infer<typeof clusterTask>;

const metrics: z.ZodType<ClusterMetrics> = z.object({
  daviesBouldin: z.number(),
  meanSquaredDistance: z.number(),
  silhouette: z.number(),
  jaccard: z.array(z.number()),
  sizes: z.array(z.number()),
  iterations: z.number(),
  adjustedRandIndex: z.number().exactOptional(),
  matching: z.array(z.number()).exactOptional(),
});

/** What came of a {@link ClusterTask}. */
export const clusterTaskResult = z.object({
  standardiser: standardiserState,
  /** Standardised centroids. */
  centroids: doubles,
  assignments: z.custom<Int32Array<ArrayBuffer>>(value => value instanceof Int32Array),
  metrics,
});

export type ClusterTaskResult = z.infer<typeof clusterTaskResult>;

/** Standardises, finds clusters by k-means unless the clusters are given, and the figures of the result. */
export function runClusterTask(task: ClusterTask, onProgress: (fraction: number) => void): ClusterTaskResult {
  const { features, dimensions, k, seed, scale, starts } = task;
  const standardiser = task.found
    ? new Standardiser(task.found.standardiser)
    : Standardiser.fit(features, dimensions, scale);
  const points = standardiser.transform(features);
  const start = task.start && standardiser.transform(task.start);
  const found = task.found
    ? placed(points, task.found, dimensions)
    : kmeans(points, { dimensions, k, seed, ...(starts && { starts }), ...(start && { initialCentroids: start }) });
  onProgress(0.4);
  const { centroids, assignments } = found;
  const sampled = points.subarray(0, JACCARD_SAMPLE * dimensions);
  const jaccard = bootstrapJaccard(sampled, assignments.subarray(0, JACCARD_SAMPLE), {
    dimensions,
    k,
    seed,
    resamples: JACCARD_RESAMPLES,
  });
  onProgress(0.8);
  return {
    standardiser: standardiser.state,
    centroids,
    assignments,
    metrics: {
      daviesBouldin: daviesBouldin(points, dimensions, centroids, assignments),
      meanSquaredDistance: meanSquaredDistance(points, dimensions, centroids, assignments),
      silhouette: sampledSilhouette(points, dimensions, assignments, { sampleSize: SILHOUETTE_SAMPLE, seed }),
      jaccard,
      sizes: found.sizes,
      iterations: found.iterations,
      ...(start && {
        adjustedRandIndex: adjustedRandIndex(assignAll(points, dimensions, start), assignments),
        matching: matchCentroids(start, centroids, dimensions),
      }),
    },
  };
}

function placed(
  points: Float64Array<ArrayBuffer>,
  { centroids, iterations }: NonNullable<ClusterTask['found']>,
  dimensions: number,
): Pick<KMeansResult, 'centroids' | 'assignments' | 'sizes' | 'iterations'> {
  const assignments = assignAll(points, dimensions, centroids);
  const sizes = Array.from({ length: centroids.length / dimensions }, () => 0);
  for (const cluster of assignments) sizes[cluster]! += 1;
  return { centroids, assignments, sizes, iterations };
}
