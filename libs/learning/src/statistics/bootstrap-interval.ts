import { Random } from '../random/random.js';

/** A mean with the ends of its 95 % interval. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Mean and percentile bootstrap interval (Efron, 1979), 95 %; an empty list gives zeros. */
export function bootstrapMean(
  values: ArrayLike<number>,
  options: { readonly seed: number; readonly resamples?: number },
): MeanInterval {
  const count = values.length;
  if (count === 0) return { mean: 0, low: 0, high: 0 };
  const random = new Random(options.seed);
  const means = new Float64Array(options.resamples ?? 1000);
  for (let r = 0; r < means.length; r++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[random.nextInt(count)]!;
    means[r] = sum / count;
  }
  means.sort();
  let total = 0;
  for (let i = 0; i < count; i++) total += values[i]!;
  return { mean: total / count, low: percentile(means, 0.025), high: percentile(means, 0.975) };
}

function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (sorted[Math.min(below + 1, sorted.length - 1)]! - low) * (at - below);
}
