import { squaredDistance } from './squared-distance.js';

/**
 * Davies–Bouldin index (1979) with Euclidean distances, as BigQuery's ML.EVALUATE gives for k-means: the mean over the
 * clusters of the worst (spread + spread') / distance of centroids. Lower is better. Clusters without points are left
 * out; one cluster alone gives 0.
 */
export function daviesBouldin(
  points: Float64Array,
  dimensions: number,
  centroids: Float64Array,
  assignments: Int32Array,
): number {
  const k = centroids.length / dimensions;
  const spread = new Float64Array(k);
  const size = new Float64Array(k);
  assignments.forEach((own, i) => {
    spread[own]! += Math.sqrt(squaredDistance(points, i, centroids, own, dimensions));
    size[own]! += 1;
  });
  const used = Array.from(size.keys()).filter(c => size[c]! > 0);
  if (used.length < 2) return 0;
  let sum = 0;
  for (const a of used) {
    let worst = 0;
    for (const b of used) {
      if (a === b) continue;
      const gap = Math.sqrt(squaredDistance(centroids, a, centroids, b, dimensions));
      worst = Math.max(worst, (spread[a]! / size[a]! + spread[b]! / size[b]!) / gap);
    }
    sum += worst;
  }
  return sum / used.length;
}

/** Mean over the points of the squared distance to the own centroid, as BigQuery's ML.EVALUATE gives for k-means. */
export function meanSquaredDistance(
  points: Float64Array,
  dimensions: number,
  centroids: Float64Array,
  assignments: Int32Array,
): number {
  let sum = 0;
  assignments.forEach((own, i) => {
    sum += squaredDistance(points, i, centroids, own, dimensions);
  });
  return assignments.length === 0 ? 0 : sum / assignments.length;
}
