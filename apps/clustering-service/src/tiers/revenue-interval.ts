import { bootstrapMean, type MeanInterval } from '@laurel/learning';

const MOST_RESAMPLED = 10_000;

/** The 95 % interval of members' mean revenue: by bootstrap; above 10,000 members by the normal approximation, which it has then reached. */
export function revenueInterval(revenues: readonly number[], seed: number): MeanInterval {
  if (revenues.length <= MOST_RESAMPLED) return bootstrapMean(revenues, { seed, resamples: 1000 });
  const mean = revenues.reduce((sum, value) => sum + value, 0) / revenues.length;
  const variance = revenues.reduce((sum, value) => sum + (value - mean) ** 2, 0) / revenues.length;
  const half = 1.96 * Math.sqrt(variance / revenues.length);
  return { mean, low: mean - half, high: mean + half };
}
