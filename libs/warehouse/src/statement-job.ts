/** A statement to run as a job of its own: one that trains or exports a model. */
export interface StatementJob {
  /** What asks for it, such as a training run: letters, digits, dashes and underscores. */
  readonly name: string;
  readonly sql: string;
  /** Cancels the job when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called with the finished part of a training, 0 … 1, where the warehouse tells. */
  readonly onProgress?: (fraction: number) => void;
}
