import type { MessagePort } from 'node:worker_threads';
import type { TaskReply } from './task-pool.js';

/** Serves one side of a {@link TaskPool}: answers every task that arrives on the port, one at a time. */
export function answerTasks<Task, Result>(
  port: MessagePort,
  parse: (message: unknown) => Task,
  answer: (task: Task, onProgress: (fraction: number) => void) => Result | Promise<Result>,
): void {
  const post = (reply: TaskReply<Result>): void => port.postMessage(reply);
  let reported = 0;
  const serve = async (message: unknown): Promise<void> => {
    try {
      const result = await answer(parse(message), fraction => {
        if (Math.abs(fraction - reported) < 0.01) return;
        reported = fraction;
        post({ kind: 'progress', fraction });
      });
      post({ kind: 'result', result });
    } catch (error) {
      post({ kind: 'failure', message: error instanceof Error ? error.message : String(error) });
    }
  };
  port.on('message', (message: unknown) => void serve(message));
}
