import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SettingsError, type RunningApp, type Settings } from '@laurel/service';
import { z } from 'zod';
import type { ReadServiceName } from './read-services.js';

/** What a thread is given. */
export interface AppThreadData {
  app: ReadServiceName;
  settings: Settings;
  /** The log's file; standard output when undefined. */
  logFile: string | undefined;
}

/** What a thread says when its app runs, or could not. */
export const appThreadReport = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running'), url: z.string() }),
  z.object({ state: z.literal('failed'), problems: z.array(z.string()), unforeseen: z.boolean() }),
]);

/** Room for what lives only as long as a batch: less copying by the garbage collector while much is read. */
const YOUNG_GENERATION_MB = 96;

/**
 * Starts an app in a thread of its own, with its own connections, so that neither its work nor its answers wait for what the other apps of
 * the process do. For apps that need no warehouse.
 *
 * @throws SettingsError as `startApp` does.
 */
export async function startAppThread(data: AppThreadData, onDeath: (error: Error) => void): Promise<RunningApp> {
  const worker = new Worker(new URL('./app-thread-main.js', import.meta.url), {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const exited = once(worker, 'exit');
  const [message] = (await Promise.race([
    once(worker, 'message'),
    exited.then(([code]) =>
      Promise.reject(new Error(`The thread of ${data.app} ended with code ${code} while starting.`)),
    ),
  ])) as unknown[];
  const report = appThreadReport.parse(message);
  if (report.state === 'failed') {
    await exited;
    throw report.unforeseen ? new Error(report.problems.join('\n')) : new SettingsError(report.problems);
  }
  let closing = false;
  worker.on('error', onDeath);
  void exited.then(([code]) => {
    if (!closing) onDeath(new Error(`The thread of ${data.app} ended with code ${code}.`));
  });
  return {
    name: data.app,
    url: report.url,
    close: async () => {
      closing = true;
      worker.postMessage('stop');
      await exited;
    },
  };
}
