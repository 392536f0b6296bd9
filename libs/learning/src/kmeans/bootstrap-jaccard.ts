import { Random } from '../random/random.js';
import { kmeans, type KMeansOptions } from './kmeans.js';

/**
 * How stable each cluster is (Hennig, "Cluster-wise assessment of cluster stability", 2007): the data is resampled,
 * clustered again, and each cluster compared with the most similar new one. Mean Jaccard
 * similarity per cluster, 0 … 1; from 0.75 up a cluster counts as valid.
 */
export function bootstrapJaccard(
  points: Float64Array,
  assignments: Int32Array,
  options: Pick<KMeansOptions, 'dimensions' | 'k' | 'seed'> & { readonly resamples: number },
): number[] {
  const { dimensions, k, resamples } = options;
  const count = assignments.length;
  const random = new Random(options.seed);
  const sums = new Array<number>(k).fill(0);
  const drawn = new Float64Array(points.length);
  for (let r = 0; r < resamples; r++) {
    const picks = Int32Array.from({ length: count }, () => random.nextInt(count));
    picks.forEach((i, at) => drawn.set(points.subarray(i * dimensions, (i + 1) * dimensions), at * dimensions));
    const again = kmeans(drawn, { dimensions, k, seed: random.nextUint32(), starts: 3 });
    const seen = new Int32Array(count).fill(-1);
    picks.forEach((i, at) => {
      seen[i] = again.assignments[at]!;
    });
    addBestOverlaps(assignments, seen, k, sums);
  }
  return sums.map(sum => sum / resamples);
}

function addBestOverlaps(assignments: Int32Array, seen: Int32Array, k: number, sums: number[]): void {
  const both = new Float64Array(k * k);
  const before = new Float64Array(k);
  const after = new Float64Array(k);
  assignments.forEach((own, i) => {
    const now = seen[i]!;
    if (now < 0) return;
    both[own * k + now]! += 1;
    before[own]! += 1;
    after[now]! += 1;
  });
  for (let a = 0; a < k; a++) {
    let best = 0;
    for (let b = 0; b < k; b++) {
      const common = both[a * k + b]!;
      const union = before[a]! + after[b]! - common;
      if (union > 0) best = Math.max(best, common / union);
    }
    sums[a]! += best;
  }
}
