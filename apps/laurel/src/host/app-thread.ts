import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { APP_NAMES, SettingsError, type RunningApp, type Settings } from '@laurel/service';
import { z } from 'zod';
import type { ReadServiceName } from './read-services.js';

/** What a thread needs to start its apps. */
export interface AppThreadOptions {
  settings: Settings;
  /** The log's file; standard output when undefined. */
  logFile: string | undefined;
}

/** What a thread says when its apps run, or one could not. */
export const appThreadReport = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('running'),
    apps: z.array(z.object({ name: z.enum(APP_NAMES), url: z.string() })),
  }),
  z.object({ state: z.literal('failed'), problems: z.array(z.string()), unforeseen: z.boolean() }),
]);

/** Room for what lives only as long as a batch: less copying by the garbage collector while much is read. */
const YOUNG_GENERATION_MB = 96;

/**
 * A thread for apps that need no warehouse, with connections of its own, so that neither their work nor their answers wait for what the other
 * apps of the process do. It loads the apps' code at once and starts them when it is told to.
 */
export class AppThread {
  private readonly worker: Worker;
  private readonly exited: Promise<unknown[]>;

  constructor(readonly apps: readonly ReadServiceName[]) {
    this.worker = new Worker(new URL('./app-thread-main.js', import.meta.url), {
      workerData: apps,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.exited = once(this.worker, 'exit');
  }

  /** @throws SettingsError as `startApp` does. */
  async start(options: AppThreadOptions, onDeath: (error: Error) => void): Promise<RunningApp[]> {
    const { apps, worker, exited } = this;
    worker.postMessage(options);
    const [message] = (await Promise.race([
      once(worker, 'message'),
      exited.then(([code]) =>
        Promise.reject(new Error(`The thread of ${apps.join(', ')} ended with code ${String(code)} while starting.`)),
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
      if (!closing) onDeath(new Error(`The thread of ${apps.join(', ')} ended with code ${String(code)}.`));
    });
    const close = async (): Promise<void> => {
      closing = true;
      worker.postMessage('stop');
      await exited;
    };
    return report.apps.map(app => ({ ...app, close }));
  }

  /** Ends a thread whose apps were never started; does nothing where it has ended. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
