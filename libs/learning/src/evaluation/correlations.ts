/** Pearson correlations of figures with each other, each value taken as log(1 + x); 0 where a figure does not vary. */
export function correlationsOf(columns: ReadonlyMap<string, readonly number[]>): {
  readonly figures: readonly string[];
  readonly matrix: readonly (readonly number[])[];
} {
  const deviations = [...columns.values()].map(deviationsOf);
  return {
    figures: [...columns.keys()],
    matrix: deviations.map((x, row) => deviations.map((y, column) => (row === column ? 1 : correlation(x, y)))),
  };
}

function deviationsOf(values: readonly number[]): Float64Array {
  const logs = Float64Array.from(values, value => Math.log1p(value));
  const mean = logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length);
  return logs.map(log => log - mean);
}

function correlation(x: Float64Array, y: Float64Array): number {
  const length = Math.sqrt(product(x, x) * product(y, y));
  return length > 0 ? product(x, y) / length : 0;
}

function product(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, at) => sum + value * y[at]!, 0);
}
