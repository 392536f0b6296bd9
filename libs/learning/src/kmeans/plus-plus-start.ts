import type { Random } from '../random/random.js';
import { squaredDistance } from './squared-distance.js';

/**
 * First centroids by greedy k-means++ (Arthur and Vassilvitskii, 2007): each next centroid is the best of
 * 2 + ⌊ln k⌋ points drawn with probability proportional to weight × squared distance to the centroids so far.
 */
export function plusPlusStart(
  points: Float64Array,
  dimensions: number,
  k: number,
  weights: Float64Array | undefined,
  random: Random,
): Float64Array<ArrayBuffer> {
  const count = points.length / dimensions;
  const centroids = new Float64Array(k * dimensions);
  const nearest = new Float64Array(count).fill(Infinity);
  const candidate = new Float64Array(count);
  const best = new Float64Array(count);
  const trials = 2 + Math.floor(Math.log(k));
  for (let c = 0; c < k; c++) {
    let bestPotential = Infinity;
    let bestPoint = 0;
    for (let trial = 0; trial < (c === 0 ? 1 : trials); trial++) {
      const point = draw(c === 0 ? undefined : nearest, weights, count, random);
      let potential = 0;
      for (let i = 0; i < count; i++) {
        const distance = Math.min(nearest[i]!, squaredDistance(points, i, points, point, dimensions));
        candidate[i] = distance;
        potential += weights ? distance * weights[i]! : distance;
      }
      if (potential < bestPotential) {
        bestPotential = potential;
        bestPoint = point;
        best.set(candidate);
      }
    }
    nearest.set(best);
    centroids.set(points.subarray(bestPoint * dimensions, (bestPoint + 1) * dimensions), c * dimensions);
  }
  return centroids;
}

function draw(
  squaredDistances: Float64Array | undefined,
  weights: Float64Array | undefined,
  count: number,
  random: Random,
): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += (squaredDistances ? squaredDistances[i]! : 1) * (weights ? weights[i]! : 1);
  if (!(total > 0)) return random.nextInt(count);
  let left = random.next() * total;
  for (let i = 0; i < count; i++) {
    left -= (squaredDistances ? squaredDistances[i]! : 1) * (weights ? weights[i]! : 1);
    if (left < 0) return i;
  }
  return count - 1;
}
