import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { openTransport } from '@laurel/change-log';
import { createLogger, openServiceContext, SettingsError, startApp } from '@laurel/service';
import type { z } from 'zod';
import type { AppThreadOptions, appThreadReport } from './app-thread.js';
import { loadReadService, type ReadServiceName } from './read-services.js';

if (!parentPort) throw new Error('This module runs as a worker thread only.');
const port = parentPort;
const report = (message: z.infer<typeof appThreadReport>): void => port.postMessage(message);
const told = once(port, 'message');

try {
  const apps = await Promise.all((workerData as ReadServiceName[]).map(loadReadService));
  const [{ settings, logFile }] = (await told) as [AppThreadOptions];
  const context = await openServiceContext(settings, createLogger(settings, logFile));
  const transport = await openTransport(settings, context.logger);
  const running = await Promise.all(apps.map(app => startApp(app, { ...context, transport })));
  report({ state: 'running', apps: running.map(({ name, url }) => ({ name, url })) });
  await once(port, 'message');
  await Promise.all(running.map(app => app.close()));
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
