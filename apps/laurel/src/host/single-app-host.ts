import type { PipelinePart } from '@laurel/events-ingester';
import {
  createLogger,
  openServiceContext,
  SettingsError,
  startApp,
  type AppName,
  type RunningApp,
  type Settings,
} from '@laurel/service';
import type { Logger } from 'pino';
import { openLog } from './open-log.js';
import { loadReadService, type ReadServiceName } from './read-services.js';

/** What a process of the events-ingester can do: capture, load, and the work on models (building and training). */
export const INGESTER_PARTS = ['capture', 'load', 'models'] as const;

export type IngesterPart = (typeof INGESTER_PARTS)[number];

/** One app as a process of its own; any number of processes may run the same. */
export class SingleAppHost {
  private constructor(
    readonly app: RunningApp,
    private readonly closers: readonly (() => Promise<void>)[],
  ) {}

  /**
   * Starts an app. `parts` limits the events-ingester to some of its work.
   *
   * @throws SettingsError for a warehouse that admits one process, a port in use, a server that does not answer.
   */
  static async start(name: AppName, settings: Settings, parts?: readonly IngesterPart[]): Promise<SingleAppHost> {
    if (settings.warehouse === 'duckdb') {
      throw new SettingsError([
        `WAREHOUSE="duckdb" is not usable with "laurel serve ${name}": DuckDB admits one process, so all apps run in one. ` +
          'Run "laurel serve" without a name, or set WAREHOUSE=bigquery (docs/bigquery.md)',
      ]);
    }
    if (parts && name !== 'events-ingester') {
      throw new SettingsError([`--only is not usable with ${name}. Allowed: laurel serve events-ingester --only …`]);
    }
    const logger = createLogger(settings);
    const closers: (() => Promise<void>)[] = [];
    try {
      const app =
        name === 'events-ingester'
          ? await startIngester(settings, logger, parts ?? INGESTER_PARTS, closers)
          : await startReadService(name, settings, logger, closers);
      return new SingleAppHost(app, closers);
    } catch (error) {
      for (const close of closers) await close();
      throw error;
    }
  }

  /** Ends the app, then closes what it used. */
  async stop(): Promise<void> {
    for (const close of this.closers) await close();
  }
}

async function startIngester(
  settings: Settings,
  logger: Logger,
  parts: readonly IngesterPart[],
  closers: (() => Promise<void>)[],
): Promise<RunningApp> {
  const { eventsIngester } = await import('@laurel/events-ingester');
  const { openResources, closeResources } = await import('./resources.js');
  const resources = await openResources(settings, logger);
  closers.unshift(() => closeResources(resources));
  const pipelineParts = parts.filter((part): part is PipelinePart => part !== 'models');
  const app = await startApp(eventsIngester, { ...resources, parts: pipelineParts });
  closers.unshift(() => app.close());
  if (parts.includes('models')) {
    const { startModelsWork } = await import('./models-work.js');
    const work = await startModelsWork(resources);
    closers.unshift(() => work.stop());
  }
  return app;
}

async function startReadService(
  name: ReadServiceName,
  settings: Settings,
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<RunningApp> {
  const service = await loadReadService(name);
  const context = await openServiceContext(settings, logger);
  closers.unshift(() => context.mongo.close());
  const transport = await openLog(settings, logger);
  closers.unshift(() => transport.close());
  const app = await startApp(service, { ...context, transport });
  closers.unshift(() => app.close());
  return app;
}
