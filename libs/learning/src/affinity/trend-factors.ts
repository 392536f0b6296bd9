/** How strongly a trend counts, and how many imagined earlier customers steady it. */
export interface TrendParameters {
  /** Exponent of the ratio of shares; 0 is no trend. */
  readonly strength: number;
  /** Customers added to every item on both sides, so that a few purchases do not make a trend. */
  readonly smoothing: number;
}

/**
 * For each item ((recent + s·r) / (r · (earlier + s)))^strength, where `earlier` and `recent` count the customers who
 * bought it in either period, r is recent purchases ÷ earlier ones over all items, and s the smoothing.
 */
export function trendFactors(
  earlier: ArrayLike<number>,
  recent: ArrayLike<number>,
  { strength, smoothing }: TrendParameters,
): Float32Array<ArrayBuffer> {
  let earlierTotal = 0;
  let recentTotal = 0;
  for (let item = 0; item < earlier.length; item++) {
    earlierTotal += earlier[item]!;
    recentTotal += recent[item]!;
  }
  const factors = new Float32Array(earlier.length).fill(1);
  if (earlierTotal === 0 || recentTotal === 0) return factors;
  const ratio = recentTotal / earlierTotal;
  for (let item = 0; item < factors.length; item++) {
    factors[item] = ((recent[item]! + smoothing * ratio) / (ratio * (earlier[item]! + smoothing))) ** strength;
  }
  return factors;
}
