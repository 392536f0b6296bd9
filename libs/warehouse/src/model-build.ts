/** Folder of a model, from raw to ready. */
export type ModelLayer = 'staging' | 'intermediate' | 'marts';

/** How a model is kept: a view is computed when read, a table when built. */
export type Materialization = 'view' | 'table';

/** What to build. */
export interface BuildOptions {
  /** Names of the models wanted; what they depend on is built too. Absent: all. */
  readonly select?: readonly string[];
  /** The moment that counts as now for windows; absent: the time of the build. */
  readonly asOf?: Date;
  /** Length of the feature window in days of 24 h; absent: 365. */
  readonly windowDays?: number;
  /** Called before and after each model. */
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Ends the build; readers keep the models they had. */
  readonly signal?: AbortSignal;
}

/** One step of a build. */
export interface BuildProgress {
  readonly model: string;
  readonly state: 'started' | 'finished';
  /** Models finished so far, and in all. */
  readonly done: number;
  readonly total: number;
}

/** One model, built. */
export interface BuiltModel {
  readonly model: string;
  readonly materialization: Materialization;
  readonly durationMs: number;
  /** Rows in a table; null for a view, which is not computed at build time. */
  readonly rows: number | null;
}

/** What a build did. */
export interface BuildReport {
  readonly asOf: Date;
  readonly windowDays: number;
  readonly durationMs: number;
  /** In the order they were built. */
  readonly models: readonly BuiltModel[];
}

/** The outcome of one test of one model. */
export interface ModelTestResult {
  readonly model: string;
  /** E.g. `not_null(order_id)`. */
  readonly test: string;
  /** A failing `warn` is worth knowing, a failing `error` means that the model is wrong. */
  readonly severity: 'error' | 'warn';
  readonly passed: boolean;
  /** How many rows fail. */
  readonly failures: number;
  /** Up to five failing rows, as text for people. */
  readonly sample: readonly string[];
}

/** One model, and what it reads. */
export interface LineageNode {
  readonly name: string;
  readonly layer: ModelLayer;
  readonly materialization: Materialization;
  /** Models and changelog tables named in its SQL, sorted. */
  readonly dependsOn: readonly string[];
}
