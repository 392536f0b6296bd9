import type { AffinityModel } from '../affinity/affinity-model.js';
import { startWorker } from '../workers/start-worker.js';
import { TaskPool } from '../workers/task-pool.js';
import { type HistoryBatch, type TopLists, topListsSchema } from './history-batch.js';

/** Models in worker threads, which find the best items for many histories while the calling thread goes on. */
export class BatchScoring {
  readonly #pool: TaskPool<HistoryBatch, TopLists>;

  constructor(models: readonly AffinityModel[], threads: number) {
    const serialized = models.map(model => inSharedMemory(model.serialize()));
    this.#pool = new TaskPool(
      threads,
      () => startWorker(import.meta.url, 'batch-worker', serialized),
      topListsSchema.parse,
    );
  }

  /**
   * The lists of each batch, in the order of the batches; the same whatever the number of threads. One call at a time.
   * @throws TaskFailedError when a thread fails, which ends all of them.
   */
  top(batches: readonly HistoryBatch[]): Promise<TopLists[]> {
    return this.#pool.run(
      batches.map(task => ({ task, cost: task.starts.length })),
      {},
    );
  }

  /** Ends the threads, whatever they are doing. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

function inSharedMemory(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
