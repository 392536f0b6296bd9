import { Random } from '../random/random.js';
import { BoundedAssignment } from './bounded-assignment.js';
import { plusPlusStart } from './plus-plus-start.js';
import { squaredDistance } from './squared-distance.js';

/** How {@link kmeans} searches. */
export interface KMeansOptions {
  /** Numbers in a point. */
  readonly dimensions: number;
  /** Clusters to find. */
  readonly k: number;
  readonly seed: number;
  /** Independent k-means++ starts, the best is kept; 10 unless told. Ignored with `initialCentroids`. */
  readonly starts?: number;
  /** Most passes of one start; 300 unless told. */
  readonly maxIterations?: number;
  /** A weight above or equal to 0 for each point. */
  readonly weights?: Float64Array;
  /** Warm start: k rows to start from instead of k-means++. */
  readonly initialCentroids?: Float64Array;
}

/** A clustering; centroids keep the order of the warm start if there was one. */
export interface KMeansResult {
  /** k rows of `dimensions` numbers. */
  readonly centroids: Float64Array<ArrayBuffer>;
  /** Index of each point's nearest centroid. */
  readonly assignments: Int32Array<ArrayBuffer>;
  /** Sum over the points of weight × squared distance to the own centroid. */
  readonly inertia: number;
  /** Passes of the winning start. */
  readonly iterations: number;
  /** Points in each cluster. */
  readonly sizes: readonly number[];
}

/**
 * Lloyd's k-means with exact, bounded assignment. A cluster that empties takes over the point farthest from its own
 * centroid.
 * @throws RangeError when there are fewer points than clusters, or the shapes do not fit.
 */
export function kmeans(points: Float64Array, options: KMeansOptions): KMeansResult {
  check(points, options);
  const random = new Random(options.seed);
  const starts = options.initialCentroids ? 1 : (options.starts ?? 10);
  let best: KMeansResult | undefined;
  for (let start = 0; start < starts; start++) {
    const centroids =
      options.initialCentroids?.slice() ??
      plusPlusStart(points, options.dimensions, options.k, options.weights, random);
    const result = lloyd(points, new Float64Array(centroids), options);
    if (!best || result.inertia < best.inertia) best = result;
  }
  if (!best) throw new RangeError(`k-means was asked for ${starts} starts; ask for 1 or more.`);
  return best;
}

/** Nearest centroid of one point, with the squared distance to each centroid. */
export function nearestCentroid(
  point: Float64Array,
  centroids: Float64Array,
): { nearest: number; squaredDistances: Float64Array<ArrayBuffer> } {
  const k = centroids.length / point.length;
  const squaredDistances = new Float64Array(k);
  let nearest = 0;
  for (let c = 0; c < k; c++) {
    squaredDistances[c] = squaredDistance(point, 0, centroids, c, point.length);
    if (squaredDistances[c]! < squaredDistances[nearest]!) nearest = c;
  }
  return { nearest, squaredDistances };
}

function lloyd(points: Float64Array, start: Float64Array<ArrayBuffer>, options: KMeansOptions): KMeansResult {
  const { dimensions, k, weights } = options;
  const assignment = new BoundedAssignment(points, dimensions);
  let centroids = start;
  let iterations = 0;
  for (; iterations < (options.maxIterations ?? 300); iterations++) {
    if (assignment.assign(centroids) === 0 && iterations > 0) break;
    const next = means(points, assignment.assignments, centroids, dimensions, weights);
    assignment.moved(centroids, next);
    centroids = next;
  }
  assignment.assign(centroids);
  const sizes = new Array<number>(k).fill(0);
  let inertia = 0;
  assignment.assignments.forEach((own, i) => {
    sizes[own]! += 1;
    inertia += squaredDistance(points, i, centroids, own, dimensions) * (weights ? weights[i]! : 1);
  });
  return { centroids, assignments: assignment.assignments, inertia, iterations, sizes };
}

function means(
  points: Float64Array,
  assignments: Int32Array,
  previous: Float64Array,
  dimensions: number,
  weights: Float64Array | undefined,
): Float64Array<ArrayBuffer> {
  const k = previous.length / dimensions;
  const sums = new Float64Array(previous.length);
  const mass = new Float64Array(k);
  for (let i = 0, p = 0; i < assignments.length; i++) {
    const own = assignments[i]!;
    const weight = weights ? weights[i]! : 1;
    mass[own]! += weight;
    for (let d = 0, q = own * dimensions; d < dimensions; d++, p++, q++) sums[q]! += points[p]! * weight;
  }
  const taken = new Set<number>();
  for (let c = 0; c < k; c++) {
    const empty = !(mass[c]! > 0);
    const lender = empty ? farthestPoint(points, assignments, previous, dimensions, weights, taken) : -1;
    for (let d = 0; d < dimensions; d++) {
      const q = c * dimensions + d;
      sums[q] = empty ? points[lender * dimensions + d]! : sums[q]! / mass[c]!;
    }
  }
  return sums;
}

function farthestPoint(
  points: Float64Array,
  assignments: Int32Array,
  centroids: Float64Array,
  dimensions: number,
  weights: Float64Array | undefined,
  taken: Set<number>,
): number {
  let farthest = 0;
  let largest = -1;
  for (let i = 0; i < assignments.length; i++) {
    if (taken.has(i) || (weights && !(weights[i]! > 0))) continue;
    const distance = squaredDistance(points, i, centroids, assignments[i]!, dimensions);
    if (distance > largest) {
      largest = distance;
      farthest = i;
    }
  }
  taken.add(farthest);
  return farthest;
}

function check(points: Float64Array, options: KMeansOptions): void {
  const { dimensions, k, weights, initialCentroids } = options;
  const count = points.length / dimensions;
  if (!Number.isInteger(count)) throw new RangeError(`${points.length} numbers are not rows of ${dimensions}.`);
  if (!(k >= 1) || count < k) throw new RangeError(`${count} points can't be split into ${k} clusters.`);
  if (weights && weights.length !== count) throw new RangeError(`${weights.length} weights for ${count} points.`);
  if (weights?.some(weight => !(weight >= 0 && weight < Infinity))) {
    throw new RangeError('A weight is negative or not finite; weights must be numbers from 0 up.');
  }
  if (initialCentroids && initialCentroids.length !== k * dimensions) {
    throw new RangeError(`A warm start needs ${k} × ${dimensions} numbers, not ${initialCentroids.length}.`);
  }
}
