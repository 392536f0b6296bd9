/** Squared Euclidean distance between row `a` of `rows` and row `b` of `others`, both `dimensions` wide. */
export function squaredDistance(
  rows: Float64Array,
  a: number,
  others: Float64Array,
  b: number,
  dimensions: number,
): number {
  let sum = 0;
  for (let d = 0, p = a * dimensions, q = b * dimensions; d < dimensions; d++, p++, q++) {
    const difference = rows[p]! - others[q]!;
    sum += difference * difference;
  }
  return sum;
}
