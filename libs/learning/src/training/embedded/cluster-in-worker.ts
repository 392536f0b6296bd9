import type { TrainingOptions } from '../trainer.js';
import { clusterPool } from './cluster-pool.js';
import type { ClusterTask, ClusterTaskResult } from './cluster-task.js';

/** Does a clustering in a worker thread. */
export async function clusterInWorker(
  task: ClusterTask,
  { signal, onProgress }: Omit<TrainingOptions, 'seed'>,
): Promise<ClusterTaskResult> {
  const pool = clusterPool(1);
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
