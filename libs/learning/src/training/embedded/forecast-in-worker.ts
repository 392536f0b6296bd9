import type { z } from 'zod';
import { startWorker } from '../../workers/start-worker.js';
import { TaskPool } from '../../workers/task-pool.js';
import type { ForecastTask } from './forecast-task.js';

/** Makes a forecast in a worker thread. @throws TaskFailedError; the signal's reason. */
export async function forecastInWorker<Result>(
  task: ForecastTask,
  result: z.ZodType<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const pool = new TaskPool<ForecastTask, Result>(
    1,
    () => startWorker(import.meta.url, 'forecast-worker', undefined),
    found => result.parse(found),
  );
  try {
    const [found] = await pool.run([{ task, cost: 1 }], { signal });
    if (found === undefined) throw new RangeError('A forecast gave no result.');
    return found;
  } finally {
    await pool.close();
  }
}
