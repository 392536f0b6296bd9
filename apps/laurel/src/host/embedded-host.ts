import { clusteringService } from '@laurel/clustering-service';
import { dashboard } from '@laurel/dashboard';
import { eventsIngester } from '@laurel/events-ingester';
import { featureService } from '@laurel/feature-service';
import { recommender } from '@laurel/recommender';
import { startApp, type LaurelApp, type RunningApp, type Settings } from '@laurel/service';
import type { Logger } from 'pino';
import { closeResources, openResources, type Resources } from './resources.js';

/** Every app; the ingester first, since the others live on what it brings. */
const APPS: readonly LaurelApp<Resources>[] = [eventsIngester, featureService, clusteringService, recommender, dashboard];

/** All apps in one process, sharing one warehouse: DuckDB admits one writing process. */
export class EmbeddedHost {
  private constructor(
    readonly apps: readonly RunningApp[],
    private readonly resources: Resources,
  ) {}

  /**
   * Starts every app. When one fails, those before it are stopped again.
   *
   * @throws SettingsError for a port in use, a server that does not answer, a warehouse file that another process holds.
   */
  static async start(settings: Settings, logger: Logger): Promise<EmbeddedHost> {
    const resources = await openResources(settings, logger);
    const running: RunningApp[] = [];
    try {
      for (const app of APPS) running.push(await startApp(app, resources));
    } catch (error) {
      await stopAll(running, resources);
      throw error;
    }
    return new EmbeddedHost(running, resources);
  }

  /** Stops every app, the last first, then closes what they share. */
  async stop(): Promise<void> {
    await stopAll(this.apps, this.resources);
  }
}

async function stopAll(apps: readonly RunningApp[], resources: Resources): Promise<void> {
  for (const app of apps.toReversed()) await app.close();
  await closeResources(resources);
}
