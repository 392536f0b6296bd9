import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { FillOptions } from './fill-sample-shop.js';

/** What the thread is asked to fill. */
export const fillRequest = z.object({ mongodbUri: z.string(), database: z.string() });

/** What the thread tells. */
export const fillReport = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: z.number(), stage: z.string() }),
  z.object({ kind: z.literal('filled') }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);

/** A thread that loads all it needs at once, and fills the sample shop when it is told where. */
export class FillThread {
  private readonly worker = new Worker(new URL('./fill-thread-main.js', import.meta.url));

  constructor() {
    this.worker.unref();
  }

  /** Fills an empty database as `fillSampleShop` does, with its own seed and the present time. */
  async fill({ onProgress, ...request }: Pick<FillOptions, 'mongodbUri' | 'database' | 'onProgress'>): Promise<void> {
    const filled = new Promise<void>((resolve, reject) => {
      this.worker.on('message', message => {
        const report = fillReport.parse(message);
        if (report.kind === 'progress') onProgress?.(report.done, report.stage);
        else if (report.kind === 'filled') resolve();
        else reject(new Error(`The sample shop could not be filled: ${report.reason}`));
      });
      this.worker.once('error', reject);
      this.worker.once('exit', () => reject(new Error('The thread that fills the sample shop ended early.')));
    });
    this.worker.ref();
    this.worker.postMessage(fillRequest.parse(request));
    await filled;
  }

  /** Ends the thread; a filling under way is completed by the next start. Does nothing where it has ended. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
