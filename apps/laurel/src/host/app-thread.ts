import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SettingsError, type RunningApp, type Settings } from '@laurel/service';
import { z } from 'zod';
import type { ReadServiceName } from './read-services.js';

/** What a thread needs to start its app. */
export interface AppThreadOptions {
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
 * A thread for one app, with connections of its own, so that neither its work nor its answers wait for what the other apps of the process do.
 * For apps that need no warehouse. It loads the app's code at once and starts the app when it is told to.
 */
export class AppThread {
  private readonly worker: Worker;
  private readonly exited: Promise<unknown[]>;

  constructor(readonly app: ReadServiceName) {
    this.worker = new Worker(new URL('./app-thread-main.js', import.meta.url), {
      workerData: app,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.exited = once(this.worker, 'exit');
  }

  /** @throws SettingsError as `startApp` does. */
  async start(options: AppThreadOptions, onDeath: (error: Error) => void): Promise<RunningApp> {
    const { app, worker, exited } = this;
    worker.postMessage(options);
    const [message] = (await Promise.race([
      once(worker, 'message'),
      exited.then(([code]) =>
        Promise.reject(new Error(`The thread of ${app} ended with code ${String(code)} while starting.`)),
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
      if (!closing) onDeath(new Error(`The thread of ${app} ended with code ${String(code)}.`));
    });
    return {
      name: app,
      url: report.url,
      close: async () => {
        closing = true;
        worker.postMessage('stop');
        await exited;
      },
    };
  }

  /** Ends a thread whose app was never started; does nothing where it has ended. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
