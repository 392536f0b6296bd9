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

/** More points than this, and the starts are tried on a sample of so many. */
const SAMPLE = 65_536;

/**
 * Lloyd's k-means with exact, bounded assignment, to the end: until no point changes its cluster. Of more than 65,536
 * points the starts are tried on a sample (as Bradley and Fayyad, "Refining initial points for k-means clustering",
 * 1998), and the best goes on with all points. A cluster that empties takes over the point farthest from its own
 * centroid.
 * @throws RangeError when there are fewer points than clusters, or the shapes do not fit.
 */
export function kmeans(points: Float64Array, options: KMeansOptions): KMeansResult {
  check(points, options);
  if (options.initialCentroids) return lloyd(points, new Float64Array(options.initialCentroids), options);
  const random = new Random(options.seed);
  if (points.length / options.dimensions <= SAMPLE) return bestStart(points, options, random);
  const sample = sampleRows(points, options, random);
  const { centroids } = bestStart(sample.points, { ...options, ...sample }, random);
  return lloyd(points, centroids, options);
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

function bestStart(points: Float64Array, options: KMeansOptions, random: Random): KMeansResult {
  const { dimensions, k, weights, starts = 10 } = options;
  let best: KMeansResult | undefined;
  for (let start = 0; start < starts; start++) {
    const result = lloyd(points, plusPlusStart(points, dimensions, k, weights, random), options);
    if (!best || result.inertia < best.inertia) best = result;
  }
  if (!best) throw new RangeError(`k-means was asked for ${starts} starts; ask for 1 or more.`);
  return best;
}

/** So many of the points, each as likely as any other, in their order (selection sampling: Knuth, volume 2, 3.4.2). */
function sampleRows(
  points: Float64Array,
  { dimensions, weights }: KMeansOptions,
  random: Random,
): { points: Float64Array; weights?: Float64Array } {
  const count = points.length / dimensions;
  const sampled = new Float64Array(SAMPLE * dimensions);
  const sampledWeights = new Float64Array(SAMPLE);
  for (let i = 0, taken = 0; taken < SAMPLE; i++) {
    if (random.next() * (count - i) >= SAMPLE - taken) continue;
    for (let d = 0; d < dimensions; d++) sampled[taken * dimensions + d] = points[i * dimensions + d]!;
    sampledWeights[taken++] = weights ? weights[i]! : 1;
  }
  return { points: sampled, ...(weights && { weights: sampledWeights }) };
}

function lloyd(points: Float64Array, start: Float64Array<ArrayBuffer>, options: KMeansOptions): KMeansResult {
  const { dimensions, k, weights, maxIterations = 300 } = options;
  const assignment = new BoundedAssignment(points, dimensions, k, weights);
  const { assignments } = assignment;
  let centroids = start;
  let iterations = 0;
  let rounded = false;
  for (; iterations < maxIterations; iterations++) {
    const changed = assignment.assign(centroids);
    if (changed === 0 && !rounded) break;
    if (changed === 0) assignment.recount();
    rounded = changed > 0 && iterations > 0;
    centroids = means(assignment, points, centroids, dimensions, weights);
  }
  if (iterations === maxIterations) assignment.assign(centroids);
  const sizes = new Array<number>(k).fill(0);
  let inertia = 0;
  for (let i = 0; i < assignments.length; i++) {
    const own = assignments[i]!;
    sizes[own]! += 1;
    inertia += squaredDistance(points, i, centroids, own, dimensions) * (weights ? weights[i]! : 1);
  }
  return { centroids, assignments, inertia, iterations, sizes };
}

function means(
  { assignments, sums, mass }: BoundedAssignment,
  points: Float64Array,
  previous: Float64Array,
  dimensions: number,
  weights: Float64Array | undefined,
): Float64Array<ArrayBuffer> {
  const centroids = sums.slice();
  const taken = new Set<number>();
  for (let c = 0; c < mass.length; c++) {
    const empty = !(mass[c]! > 0);
    const lender = empty ? farthestPoint(points, assignments, previous, dimensions, weights, taken) : -1;
    for (let d = 0; d < dimensions; d++) {
      const q = c * dimensions + d;
      centroids[q] = empty ? points[lender * dimensions + d]! : sums[q]! / mass[c]!;
    }
  }
  return centroids;
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
