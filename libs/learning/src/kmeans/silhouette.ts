import { Random } from '../random/random.js';
import { sampleWithoutReplacement } from '../statistics/sample.js';
import { squaredDistance } from './squared-distance.js';

/**
 * Mean silhouette (Rousseeuw, 1987) of a sample: −1 … 1, higher is better. Sampled points are compared with the other
 * sampled points only, so the cost is `sampleSize`². A point alone in its cluster counts 0.
 */
export function sampledSilhouette(
  points: Float64Array,
  dimensions: number,
  assignments: Int32Array,
  options: { readonly sampleSize: number; readonly seed: number },
): number {
  const sample = sampleWithoutReplacement(assignments.length, options.sampleSize, new Random(options.seed));
  const k = assignments.reduce((most, own) => Math.max(most, own + 1), 0);
  const size = new Float64Array(k);
  for (const i of sample) size[assignments[i]!]! += 1;
  let sum = 0;
  for (const i of sample) {
    const own = assignments[i]!;
    if (size[own]! < 2) continue;
    const total = new Float64Array(k);
    for (const j of sample) {
      total[assignments[j]!]! += Math.sqrt(squaredDistance(points, i, points, j, dimensions));
    }
    const inside = total[own]! / (size[own]! - 1);
    let outside = Infinity;
    for (let c = 0; c < k; c++) {
      if (c !== own && size[c]! > 0) outside = Math.min(outside, total[c]! / size[c]!);
    }
    if (outside < Infinity && Math.max(inside, outside) > 0) sum += (outside - inside) / Math.max(inside, outside);
  }
  return sample.length === 0 ? 0 : sum / sample.length;
}
