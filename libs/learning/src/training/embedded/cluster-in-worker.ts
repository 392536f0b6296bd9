import { startWorker } from '../../workers/start-worker.js';
import { TaskPool } from '../../workers/task-pool.js';
import type { TrainingOptions } from '../trainer.js';
import { clusterTaskResult, type ClusterTask, type ClusterTaskResult } from './cluster-task.js';

/** Does a clustering in a worker thread. */
export async function clusterInWorker(
  task: ClusterTask,
  { signal, onProgress }: Omit<TrainingOptions, 'seed'>,
): Promise<ClusterTaskResult> {
  const pool = new TaskPool<ClusterTask, ClusterTaskResult>(
    1,
    () => startWorker(import.meta.url, 'cluster-worker', undefined),
    result => clusterTaskResult.parse(result),
  );
  try {
    const [result] = await pool.run([{ task, cost: 1 }], {
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (fraction: number) => onProgress(fraction, 'clustering') }),
    });
    if (!result) throw new RangeError('A clustering gave no result.');
    return result;
  } finally {
    await pool.close();
  }
}
