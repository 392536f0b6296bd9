/** A task that failed in its worker, or whose worker died. */
export class TaskFailedError extends Error {
  override readonly name = 'TaskFailedError';
}
