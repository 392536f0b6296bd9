import { freePort, startApp, type RunningApp, type ServiceContext } from '@laurel/service';
import { TestHome, type TestServers } from '@laurel/test-home';
import type { LogTransport, Topics } from '@laurel/change-log';
import { featureService } from '../index.js';

/** The feature service on real servers, with a home and a port of its own. */
export class RunningFeatureService {
  private constructor(
    private readonly testHome: TestHome,
    private app: RunningApp,
  ) {}

  static async start(servers: TestServers, windowDays: number): Promise<RunningFeatureService> {
    const home = await TestHome.open(servers, {
      FEATURE_SERVICE_PORT: String(await freePort()),
      FEATURE_WINDOW_DAYS: String(windowDays),
    });
    return new RunningFeatureService(home, await startApp(featureService, home.resources));
  }

  get context(): ServiceContext {
    return this.testHome.context;
  }

  get transport(): LogTransport {
    return this.testHome.transport;
  }

  get topics(): Topics {
    return this.testHome.topics;
  }

  /** `LAUREL_HOME`. */
  get home(): string {
    return this.testHome.folder;
  }

  /** Stops the service and starts it anew, as a deployment does. */
  async restart(): Promise<void> {
    await this.app.close();
    this.app = await startApp(featureService, this.testHome.resources);
  }

  async call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.testHome.key('admin')}`, 'content-type': 'application/json' };
    return fetch(`${this.app.url}${path}`, { ...init, headers });
  }

  /** The newest message of each key of the features topic. */
  async published(): Promise<Map<string, Record<string, unknown> | null>> {
    const newest = new Map<string, Record<string, unknown> | null>();
    for (const { partition } of await this.transport.offsets(this.topics.features)) {
      await this.transport.readToEnd(this.topics.features, partition, batch => {
        for (const { key, value } of batch.messages) {
          newest.set(String(key), value && (JSON.parse(value.toString()) as Record<string, unknown>));
        }
        return Promise.resolve();
      });
    }
    return newest;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.testHome.remove();
  }
}
