import { RateMeter } from '../status/rate-meter.js';

/** Load as its process knows it. */
export class LoadStatus {
  /** Rows stored, messages dropped as sent again, dead letters written: since this process began. */
  stored = 0;
  duplicates = 0;
  deadLetters = 0;
  readonly storeRate = new RateMeter();
  /** Why batches are not being stored now. */
  error: string | undefined;
  /** Set when messages were deleted from the log before they were read: load has stopped for that partition. */
  halted: string | undefined;
  lastBatchAt: Date | undefined;
}
