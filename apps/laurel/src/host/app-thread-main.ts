import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { openTransport } from '@laurel/change-log';
import { createLogger, openServiceContext, SettingsError, startApp } from '@laurel/service';
import type { z } from 'zod';
import type { AppThreadData, appThreadReport } from './app-thread.js';
import { loadReadService } from './read-services.js';

const { app: name, settings, logFile } = workerData as AppThreadData;
const report = (message: z.infer<typeof appThreadReport>) => parentPort?.postMessage(message);

try {
  const app = await loadReadService(name);
  const context = await openServiceContext(settings, createLogger(settings, logFile));
  const transport = await openTransport(settings, context.logger);
  const running = await startApp(app, { ...context, transport });
  report({ state: 'running', url: running.url });
  if (parentPort) await once(parentPort, 'message');
  await running.close();
  await transport.close();
  await context.mongo.close();
} catch (error) {
  const unforeseen = !(error instanceof SettingsError);
  const problems =
    error instanceof SettingsError
      ? [...error.problems]
      : [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  report({ state: 'failed', problems, unforeseen });
}
process.exit();
