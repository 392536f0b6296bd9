import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { laurelTopics, openTransport, type LogTransport, Topics } from '@laurel/change-log';
import { openServiceContext, readSettings, type RunningApp, type ServiceContext, startApp } from '@laurel/service';
import { featureService } from '../index.js';

const ADMIN_KEY = 'admin-key-of-the-tests';

/** The feature service on real servers, with databases, topics and a port of its own. */
export class RunningFeatureService {
  private constructor(
    readonly context: ServiceContext,
    readonly transport: LogTransport,
    readonly topics: Topics,
    readonly home: string,
    private app: RunningApp,
  ) {}

  static async start(
    servers: { mongodbUri: string; kafkaBrokers: string },
    windowDays: number,
  ): Promise<RunningFeatureService> {
    const mark = randomBytes(4).toString('hex');
    const home = await mkdtemp(join(tmpdir(), 'laurel-features-'));
    const settings = readSettings({
      MONGODB_URI: servers.mongodbUri,
      KAFKA_BROKERS: servers.kafkaBrokers,
      SHOP_DATABASE: `shop_${mark}`,
      LAUREL_DATABASE: `laurel_${mark}`,
      TOPIC_PREFIX: `features-${mark}`,
      LAUREL_KEYS: `admin=${ADMIN_KEY}`,
      LAUREL_HOME: home,
      FEATURE_SERVICE_PORT: String(await freePort()),
      FEATURE_WINDOW_DAYS: String(windowDays),
      LOG_LEVEL: 'error',
    });
    const context = await openServiceContext(settings);
    const transport = await openTransport(settings, context.logger);
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    await transport.ensureTopics(laurelTopics(topics));
    return new RunningFeatureService(
      context,
      transport,
      topics,
      home,
      await startApp(featureService, { ...context, transport }),
    );
  }

  /** Stops the service and starts it anew, as a deployment does. */
  async restart(): Promise<void> {
    await this.app.close();
    this.app = await startApp(featureService, { ...this.context, transport: this.transport });
  }

  async call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
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
    await this.transport.close();
    await this.context.laurelDb.dropDatabase();
    await this.context.mongo.close();
    await rm(this.home, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
