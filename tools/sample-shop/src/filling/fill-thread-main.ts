import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import type { z } from 'zod';
import { fillSampleShop } from './fill-sample-shop.js';
import { fillRequest, type fillReport } from './fill-thread.js';

if (!parentPort) throw new Error('This module runs as a worker thread only.');
const port = parentPort;
const report = (message: z.infer<typeof fillReport>): void => port.postMessage(message);
const [request] = (await once(port, 'message')) as unknown[];
try {
  await fillSampleShop({
    ...fillRequest.parse(request),
    onProgress: (done, stage) => report({ kind: 'progress', done, stage }),
  });
  report({ kind: 'filled' });
} catch (error) {
  report({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
}
