import { startWorker } from '../../workers/start-worker.js';
import { TaskPool } from '../../workers/task-pool.js';
import { clusterTaskResult, type ClusterTask, type ClusterTaskResult } from './cluster-task.js';

/** Threads that cluster; to be closed. */
export function clusterPool(threads: number): TaskPool<ClusterTask, ClusterTaskResult> {
  return new TaskPool(
    threads,
    () => startWorker(import.meta.url, 'cluster-worker', undefined),
    result => clusterTaskResult.parse(result),
  );
}
