/** What a {@link LogStandardiser} learned; plain numbers, saved with the model that was trained on its output. */
export interface LogStandardiserState {
  /** Mean of log1p(value) of each feature. */
  readonly means: readonly number[];
  /** Standard deviation (divided by n) of log1p(value) of each feature; 1 where a feature never varies. */
  readonly deviations: readonly number[];
}

/** log1p, then (x − mean) / deviation for each feature. Points are rows of `dimensions` numbers, one after the other. */
export class LogStandardiser {
  readonly state: LogStandardiserState;

  constructor(state: LogStandardiserState) {
    this.state = state;
  }

  get dimensions(): number {
    return this.state.means.length;
  }

  /** @throws RangeError when a value is below 0 or not finite, or there is no row. */
  static fit(rows: Float64Array, dimensions: number): LogStandardiser {
    const count = rows.length / dimensions;
    if (!Number.isInteger(count) || count === 0) {
      throw new RangeError(`${rows.length} numbers are not one or more rows of ${dimensions} features.`);
    }
    const means: number[] = [];
    const deviations: number[] = [];
    for (let d = 0; d < dimensions; d++) {
      let sum = 0;
      for (let p = d; p < rows.length; p += dimensions) sum += logOf(rows[p]!, d);
      const mean = sum / count;
      let squares = 0;
      for (let p = d; p < rows.length; p += dimensions) squares += (logOf(rows[p]!, d) - mean) ** 2;
      const deviation = Math.sqrt(squares / count);
      means.push(mean);
      deviations.push(deviation > 1e-12 ? deviation : 1);
    }
    return new LogStandardiser({ means, deviations });
  }

  /** Raw rows to standardised rows. */
  transform(rows: Float64Array): Float64Array<ArrayBuffer> {
    const { means, deviations } = this.state;
    const points = new Float64Array(rows.length);
    for (let p = 0; p < rows.length; p++) {
      const d = p % means.length;
      points[p] = (logOf(rows[p]!, d) - means[d]!) / deviations[d]!;
    }
    return points;
  }

  /** Standardised rows back to raw units, never below 0 (where rounding would put them). */
  inverse(rows: Float64Array): Float64Array<ArrayBuffer> {
    const { means, deviations } = this.state;
    return Float64Array.from(rows, (value, p) => {
      const d = p % means.length;
      return Math.max(0, Math.expm1(value * deviations[d]! + means[d]!));
    });
  }
}

function logOf(value: number, feature: number): number {
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`Feature ${feature} has the value ${value}; it must be a finite number from 0 up.`);
  }
  return Math.log1p(value);
}
