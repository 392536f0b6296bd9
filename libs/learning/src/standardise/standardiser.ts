import { z } from 'zod';

/** How values are bent before they are standardised: log1p, square root, or not at all. */
export const FEATURE_SCALES = ['log', 'root', 'plain'] as const;

export type FeatureScale = (typeof FEATURE_SCALES)[number];

/** What a {@link Standardiser} learned; plain numbers, saved with the model that was trained on its output. */
export const standardiserState = z.object({
  /** Mean of each feature on the scale. */
  means: z.array(z.number()),
  /** Standard deviation (divided by n) of each feature on the scale; 1 where a feature never varies. */
  deviations: z.array(z.number().positive()),
  /** Logarithms where an older model does not say. */
  scale: z.enum(FEATURE_SCALES).default('log'),
});

export type StandardiserState = z.infer<typeof standardiserState>;

const SCALES: Readonly<Record<FeatureScale, { to: (value: number) => number; from: (scaled: number) => number }>> = {
  log: { to: Math.log1p, from: Math.expm1 },
  root: { to: Math.sqrt, from: scaled => Math.max(0, scaled) ** 2 },
  plain: { to: value => value, from: scaled => scaled },
};

/** A scale, then (x − mean) / deviation for each feature. Points are rows of `dimensions` numbers, one after the other. */
export class Standardiser {
  readonly state: StandardiserState;

  constructor(state: StandardiserState) {
    this.state = state;
  }

  get dimensions(): number {
    return this.state.means.length;
  }

  /** @throws RangeError when a value is below 0 or not finite, or there is no row. */
  static fit(rows: Float64Array, dimensions: number, scale: FeatureScale = 'log'): Standardiser {
    const count = rows.length / dimensions;
    if (!Number.isInteger(count) || count === 0) {
      throw new RangeError(`${rows.length} numbers are not one or more rows of ${dimensions} features.`);
    }
    const scaled = scaledRows(rows, dimensions, scale);
    const means: number[] = [];
    const deviations: number[] = [];
    for (let d = 0; d < dimensions; d++) {
      let sum = 0;
      for (let p = d; p < scaled.length; p += dimensions) sum += scaled[p]!;
      const mean = sum / count;
      let squares = 0;
      for (let p = d; p < scaled.length; p += dimensions) squares += (scaled[p]! - mean) ** 2;
      const deviation = Math.sqrt(squares / count);
      means.push(mean);
      deviations.push(deviation > 1e-12 ? deviation : 1);
    }
    return new Standardiser({ means, deviations, scale });
  }

  /** Raw rows to standardised rows. */
  transform(rows: Float64Array): Float64Array<ArrayBuffer> {
    const { means, deviations, scale } = this.state;
    return scaledRows(rows, means.length, scale).map((value, p) => {
      const d = p % means.length;
      return (value - means[d]!) / deviations[d]!;
    });
  }

  /** Standardised rows back to raw units, never below 0 (where rounding would put them). */
  inverse(rows: Float64Array): Float64Array<ArrayBuffer> {
    const { means, deviations, scale } = this.state;
    return Float64Array.from(rows, (value, p) => {
      const d = p % means.length;
      return Math.max(0, SCALES[scale].from(value * deviations[d]! + means[d]!));
    });
  }
}

function scaledRows(rows: Float64Array, dimensions: number, scale: FeatureScale): Float64Array<ArrayBuffer> {
  const { to } = SCALES[scale];
  const scaled = new Float64Array(rows.length);
  for (let p = 0; p < rows.length; p++) {
    const value = rows[p]!;
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`Feature ${p % dimensions} has the value ${value}; it must be a finite number from 0 up.`);
    }
    scaled[p] = to(value);
  }
  return scaled;
}
