/** A step of bringing up one part. */
export interface StackProgress {
  /** `MongoDB`, `Kafka` or `BigQuery emulator`. */
  part: string;
  /** What is being done, as a person would say it. */
  message: string;
  /** How much of a download is there, 0 to 1, where that is known. */
  fraction?: number;
  /** True for the last report of a part. */
  done?: boolean;
}

/** Receives every step; must not throw. */
export type ReportProgress = (progress: StackProgress) => void;
