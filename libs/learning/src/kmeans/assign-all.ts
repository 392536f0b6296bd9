import { nearestCentroid } from './kmeans.js';

/** Assigns points to the nearest of given centroids. */
export function assignAll(points: Float64Array, dimensions: number, centroids: Float64Array): Int32Array<ArrayBuffer> {
  return Int32Array.from(
    { length: points.length / dimensions },
    (_, i) => nearestCentroid(points.subarray(i * dimensions, (i + 1) * dimensions), centroids).nearest,
  );
}
