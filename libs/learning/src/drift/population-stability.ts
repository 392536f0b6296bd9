import { z } from 'zod';

const PARTS = 10;
/** What an empty part of the reference counts as, so that its logarithm is finite. */
const LEAST_SHARE = 1e-4;

/** How values were distributed: the share of them in each part. */
export const distributionSchema = z.object({
  /** Rising; a part holds the values up to its boundary, the last one those above all. */
  boundaries: z.array(z.number()),
  /** One more than boundaries. */
  shares: z.array(z.number()),
});

export type Distribution = z.infer<typeof distributionSchema>;

/** The tenths of some values. Equal values are never parted, so there may be fewer parts, and larger ones. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  const tenth = (at: number): number => sorted[Math.ceil((at * sorted.length) / PARTS) - 1] ?? 0;
  const tenths = Array.from({ length: PARTS - 1 }, (_, at) => tenth(at + 1));
  const boundaries = [...new Set(tenths)].filter(value => value < tenth(PARTS));
  return { boundaries, shares: sharesOf(values, boundaries) };
}

/**
 * The population stability index of values against how they were distributed before: Σ (now − then)·ln(now ÷ then) over the parts. 0 is no
 * change; by a common rule from 0.1 up there is some, from 0.25 up much (Siddiqi, "Credit risk scorecards", 2006). Few values make it larger
 * than it should be, by about (parts − 1) ÷ values.
 */
export function populationStability({ boundaries, shares }: Distribution, values: readonly number[]): number {
  return sharesOf(values, boundaries).reduce((sum, share, part) => {
    const [now, then] = [Math.max(share, LEAST_SHARE), Math.max(shares[part] ?? 0, LEAST_SHARE)];
    return sum + (now - then) * Math.log(now / then);
  }, 0);
}

function sharesOf(values: readonly number[], boundaries: readonly number[]): number[] {
  const counts = new Array<number>(boundaries.length + 1).fill(0);
  for (const value of values) {
    const part = boundaries.findIndex(boundary => value <= boundary);
    counts[part < 0 ? boundaries.length : part]! += 1;
  }
  return counts.map(count => count / Math.max(1, values.length));
}
