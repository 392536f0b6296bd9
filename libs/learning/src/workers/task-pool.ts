import type { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { TaskFailedError } from './task-failed-error.js';

/** What a worker of a {@link TaskPool} posts. */
export type TaskReply<Result> =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'failure'; readonly message: string };

const reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), fraction: z.number() }),
  z.object({ kind: z.literal('result'), result: z.unknown() }),
  z.object({ kind: z.literal('failure'), message: z.string() }),
]);

/** One queued task. `cost` is its share of the work, in any unit. */
export interface PoolTask<Task> {
  readonly task: Task;
  readonly cost: number;
}

/**
 * A fixed number of worker threads that take tasks, the costliest first. Results come back in the order the tasks were
 * given, so nothing depends on which thread was faster.
 */
export class TaskPool<Task, Result> {
  readonly #workers: Worker[];
  readonly #parse: (result: unknown) => Result;

  constructor(threads: number, start: () => Worker, parse: (result: unknown) => Result) {
    this.#workers = Array.from({ length: threads }, start);
    this.#parse = parse;
  }

  /**
   * @throws TaskFailedError at the first task that fails; the signal's reason when it is aborted. Either ends the pool.
   */
  async run(
    tasks: readonly PoolTask<Task>[],
    options: { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void },
  ): Promise<Result[]> {
    const total = tasks.reduce((sum, { cost }) => sum + cost, 0);
    const done = new Float64Array(tasks.length);
    const results = new Array<Result>(tasks.length);
    const queue = [...tasks.keys()].sort((a, b) => tasks[b]!.cost - tasks[a]!.cost || a - b);
    const drain = async (worker: Worker): Promise<void> => {
      for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
        options.signal?.throwIfAborted();
        const { task, cost } = tasks[at]!;
        const index = at;
        const report = (fraction: number): void => {
          done[index] = cost * fraction;
          options.onProgress?.(done.reduce((sum, part) => sum + part, 0) / total);
        };
        results[at] = this.#parse(await this.#ask(worker, task, report, options.signal));
        report(1);
      }
    };
    try {
      await Promise.all(this.#workers.map(drain));
    } catch (error) {
      await this.close();
      throw error;
    }
    return results;
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.terminate()));
  }

  #ask(
    worker: Worker,
    task: Task,
    onProgress: (fraction: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        worker.off('message', onMessage);
        worker.off('error', onError);
        worker.off('exit', onExit);
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      const onMessage = (message: unknown): void => {
        const parsed = reply.parse(message);
        if (parsed.kind === 'progress') onProgress(parsed.fraction);
        else if (parsed.kind === 'result') settle(() => resolve(parsed.result));
        else settle(() => reject(new TaskFailedError(parsed.message)));
      };
      const onError = (error: unknown): void =>
        settle(() => reject(new TaskFailedError('A training thread failed.', { cause: error })));
      const onExit = (code: number): void =>
        settle(() => reject(new TaskFailedError(`A training thread ended early with code ${code}.`)));
      const onAbort = (): void => settle(() => reject(abortReason(signal)));
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      signal?.addEventListener('abort', onAbort);
      worker.postMessage(task);
    });
  }
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('Training was cancelled.');
}
