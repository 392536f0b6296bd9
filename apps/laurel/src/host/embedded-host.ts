import { availableParallelism } from 'node:os';
import { dashboard } from '@laurel/dashboard';
import { eventsIngester } from '@laurel/events-ingester';
import { createLogger, startApp, type RunningApp, type Settings } from '@laurel/service';
import { AppThread } from './app-thread.js';
import type { Logger } from 'pino';
import { startModelsWork, type ModelsWork } from './models-work.js';
import type { ReadServiceName } from './read-services.js';
import { closeResources, openResources, type Resources } from './resources.js';

/**
 * The main thread alone has the warehouse open, for load and for training. The other apps share as many threads as there are processors beside
 * it: more would only cost their start, since each compiles its code anew.
 */
const THREADS: readonly (readonly ReadServiceName[])[][] = [
  [['feature-service', 'clustering-service', 'recommender']],
  [['feature-service', 'clustering-service'], ['recommender']],
  [['feature-service'], ['clustering-service'], ['recommender']],
];

/** What an {@link EmbeddedHost} may be told. */
export interface EmbeddedHostOptions {
  /** Takes the log; standard output when undefined. */
  logFile?: string;
  /** The shop is not read before: reading it whole costs less than following it while it is filled. */
  shopReady?: Promise<unknown>;
  /** Threads made before by {@link EmbeddedHost.threads}. */
  threads?: readonly AppThread[];
}

/** All apps in one process: the only way with DuckDB, which admits one writing process, and handy for a small shop with BigQuery. */
export class EmbeddedHost {
  private constructor(
    readonly apps: readonly RunningApp[],
    private readonly resources: Resources,
    private readonly models: ModelsWork,
  ) {}

  /** The apps' threads, loading their code while there is nothing else to be done yet. */
  static threads(): AppThread[] {
    const beside = Math.min(Math.max(availableParallelism() - 1, 1), THREADS.length);
    return (THREADS[beside - 1] ?? []).map(apps => new AppThread(apps));
  }

  /**
   * Starts every app. When one fails, those before it are stopped again.
   *
   * @throws SettingsError for a port in use, a server that does not answer, a warehouse file that another process holds.
   */
  static async start(
    settings: Settings,
    { logFile, shopReady = Promise.resolve(), threads = EmbeddedHost.threads() }: EmbeddedHostOptions = {},
  ): Promise<EmbeddedHost> {
    const logger = createLogger(settings, logFile);
    const resources = await openResources(settings, logger).catch(async (error: unknown) => {
      await endAll(threads);
      throw error;
    });
    const starts: Promise<RunningApp | RunningApp[]>[] = [
      startApp(dashboard, resources),
      ...threads.map(thread => thread.start({ settings, logFile }, error => die(logger, error))),
      shopReady.then(() => startApp(eventsIngester, resources)),
    ];
    const results = await Promise.allSettled(starts);
    const running = results.flatMap(result => (result.status === 'fulfilled' ? result.value : []));
    const failure = results.find(result => result.status === 'rejected');
    if (failure) {
      await stopAll(running, resources);
      throw failure.reason;
    }
    return new EmbeddedHost(running, resources, await startModelsWork(resources));
  }

  /** Stops every app, then closes what they share. */
  async stop(): Promise<void> {
    await this.models.stop();
    await stopAll(this.apps, this.resources);
  }
}

async function stopAll(apps: readonly RunningApp[], resources: Resources): Promise<void> {
  await Promise.all(apps.map(app => app.close()));
  await closeResources(resources);
}

async function endAll(threads: readonly AppThread[]): Promise<void> {
  await Promise.all(threads.map(thread => thread.end()));
}

/** A thread that died takes the process with it: whoever supervises it starts it anew, and it goes on where it was. */
function die(logger: Logger, error: Error): void {
  logger.fatal({ err: error }, 'an app died');
  process.exitCode = 1;
  process.kill(process.pid, 'SIGTERM');
}
