/** A figure with the ends of its interval; these are null where there is too little to tell. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The normal deviate of two-sided 95 %. */
export const Z95 = 1.959963984540054;
