/** One figure: ours, a competitor's by its name where one runs beside it, and the ratio ours ÷ theirs. */
export type Figure = Readonly<Record<string, number>> & { readonly ours: number };

/** How much is measured; what is left out is the benchmark's own choice. */
export interface BenchmarkOptions {
  /** Documents, or changes, of one run. */
  docs?: number | undefined;
  /** Runs, of which the median counts. */
  runs?: number | undefined;
  /** Without the size that takes minutes. */
  small?: boolean | undefined;
  /** Only that size. */
  large?: boolean | undefined;
  /** Factors of ALS. */
  factors?: number | undefined;
}

/** Something that can be measured by name. */
export interface Benchmark {
  name: string;
  /** What it measures, in a few words. */
  measures: string;
  /** Measures; `say` tells how far it is. */
  run(say: (line: string) => void, options: BenchmarkOptions): Promise<Readonly<Record<string, Figure>>>;
}
