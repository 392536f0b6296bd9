/** What recency, frequency and value are scored by. */
export interface RfmValues {
  /** Days since the last order. */
  quietDays: number;
  orders: number;
  revenue: number;
}

/** From 1 to 5, the best 5: a customer's cell. */
export interface RfmScores {
  recency: number;
  frequency: number;
  monetary: number;
}

/** For each of the values the four that part the buyers into fifths, rising. */
export interface RfmBoundaries {
  quietDays: number[];
  orders: number[];
  revenue: number[];
}

const FIFTHS = [0.2, 0.4, 0.6, 0.8];

/** The boundaries of some buyers. */
export function rfmBoundaries(buyers: readonly RfmValues[]): RfmBoundaries {
  const fifths = (of: (buyer: RfmValues) => number): number[] => {
    const sorted = buyers.map(of).sort((a, b) => a - b);
    return FIFTHS.map(share => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  };
  return {
    quietDays: fifths(({ quietDays }) => quietDays),
    orders: fifths(({ orders }) => orders),
    revenue: fifths(({ revenue }) => revenue),
  };
}

/** The cell of a buyer. Equal values have equal scores, so fifths with many equal ones are not of one size. */
export function rfmOf({ quietDays, orders, revenue }: RfmValues, boundaries: RfmBoundaries): RfmScores {
  return {
    recency: 5 - above(quietDays, boundaries.quietDays),
    frequency: 1 + above(orders, boundaries.orders),
    monetary: 1 + above(revenue, boundaries.revenue),
  };
}

function above(value: number, boundaries: readonly number[]): number {
  return boundaries.filter(boundary => value > boundary).length;
}
