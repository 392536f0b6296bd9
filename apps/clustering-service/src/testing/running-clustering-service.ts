import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { laurelTopics, type LogTransport, openTransport, partitionOf, Topics } from '@laurel/change-log';
import {
  openServiceContext,
  readSettings,
  type RunningApp,
  type Scope,
  type ServiceContext,
  startApp,
} from '@laurel/service';
import type { TrainingWorker } from '@laurel/learning';
import { type ChangelogRow, DuckDbWarehouse } from '@laurel/warehouse';
import { clusteringService, tierTraining } from '../index.js';
import type { TierFeatures } from '../tiers/tier-features.js';

const key = (scope: Scope) => `${scope}-key-of-the-tests`;

/** The clustering service on real servers, with databases, topics, a warehouse and a port of its own. */
export class RunningClusteringService {
  private version = 0;

  private constructor(
    readonly context: ServiceContext,
    readonly transport: LogTransport,
    readonly warehouse: DuckDbWarehouse,
    private readonly training: TrainingWorker,
    readonly topics: Topics,
    private readonly home: string,
    private app: RunningApp,
  ) {}

  static async start(
    servers: { mongodbUri: string; kafkaBrokers: string },
    configuration?: unknown,
  ): Promise<RunningClusteringService> {
    const mark = randomBytes(4).toString('hex');
    const home = await mkdtemp(join(tmpdir(), 'laurel-tiers-'));
    if (configuration !== undefined) await writeFile(join(home, 'tiers.json'), JSON.stringify(configuration));
    const settings = readSettings({
      MONGODB_URI: servers.mongodbUri,
      KAFKA_BROKERS: servers.kafkaBrokers,
      SHOP_DATABASE: `shop_${mark}`,
      LAUREL_DATABASE: `laurel_${mark}`,
      TOPIC_PREFIX: `tiers-${mark}`,
      LAUREL_KEYS: (['crm', 'marketing', 'admin', 'storefront'] as const)
        .map(scope => `${scope}=${key(scope)}`)
        .join(','),
      LAUREL_HOME: home,
      CLUSTERING_SERVICE_PORT: String(await freePort()),
      LOG_LEVEL: 'error',
    });
    const context = await openServiceContext(settings);
    const transport = await openTransport(settings, context.logger);
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    await transport.ensureTopics(laurelTopics(topics));
    const warehouse = await DuckDbWarehouse.open({ path: join(home, 'warehouse.duckdb') });
    const app = await startApp(clusteringService, { ...context, transport });
    const training = tierTraining({ ...context, warehouse });
    training.start();
    return new RunningClusteringService(context, transport, warehouse, training, topics, home, app);
  }

  async restart(): Promise<void> {
    await this.app.close();
    this.app = await startApp(clusteringService, { ...this.context, transport: this.transport });
  }

  call(path: string, as: Scope = 'admin', init: RequestInit = {}): Promise<Response> {
    const headers = {
      authorization: `Bearer ${key(as)}`,
      ...(init.body != null && { 'content-type': 'application/json' }),
      ...init.headers,
    };
    return fetch(`${this.app.url}${path}`, { ...init, headers });
  }

  /** Calls and reads JSON; anything but success fails with what was said. */
  async json<T>(path: string, as: Scope = 'admin', method = 'GET', body?: unknown): Promise<T> {
    const response = await this.call(path, as, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Says what the features of customers are now, as the feature service does; null for one who is gone. */
  async tell(customers: ReadonlyMap<string, TierFeatures | null>): Promise<void> {
    const partitions = await this.transport.partitionCount(this.topics.features);
    const version = Date.now() * 1000 + ++this.version;
    const at = new Date().toISOString();
    for (let partition = 0; partition < partitions; partition++) {
      const own = [...customers].filter(([id]) => partitionOf(id, partitions) === partition);
      const messages = own.map(([id, features]) => ({
        key: id,
        value:
          features &&
          JSON.stringify({
            customer_id: id,
            ...features,
            revenue: features.average_order_value * features.no_of_orders,
            first_order_at: features.no_of_orders > 0 ? at : null,
            last_order_at: features.no_of_orders > 0 ? at : null,
            as_of: at,
            version,
          }),
      }));
      if (messages.length > 0) await this.transport.send(this.topics.features, partition, messages);
    }
  }

  /** Puts orders and sessions into the warehouse that give these customers these features (order values to the cent). */
  async load(customers: ReadonlyMap<string, TierFeatures>): Promise<void> {
    let offset = 0n;
    const row = (collection: string, id: string, document: Record<string, unknown>): ChangelogRow => {
      offset++;
      const seq = offset.toString(16).padStart(12, '0');
      return {
        collection,
        eventId: `${collection}-${id}`,
        seq,
        op: 'c',
        key: id,
        sourceTs: new Date(),
        partition: 0,
        offset,
        document: { _id: id, ...document },
      };
    };
    const orders: ChangelogRow[] = [];
    const events: ChangelogRow[] = [];
    for (const [customerId, features] of customers) {
      for (let n = 0; n < features.no_of_orders; n++) {
        const items = [{ productId: 'p1', name: 'Lamp', quantity: 1, price: features.average_order_value }];
        orders.push(
          row('orders', `${customerId}-${n}`, {
            customerId,
            placedAt: new Date(),
            status: 'paid',
            currency: 'GBP',
            items,
          }),
        );
      }
      for (let n = 0; n < features.session_count; n++) {
        const engagement = n === 0 ? features.total_time_spend_by_user_in_msec : 0;
        const event_params = [
          { key: 'ga_session_id', value: { int_value: n + 1 } },
          { key: 'engagement_time_msec', value: { int_value: engagement } },
        ];
        events.push(
          row('events', `${customerId}-${n}`, {
            event_name: 'view_item',
            event_timestamp: Date.now() * 1000,
            user_pseudo_id: customerId,
            event_params,
          }),
        );
      }
    }
    for (const [topic, rows] of [
      ['orders', orders],
      ['events', events],
    ] as const) {
      const { rejected } = await this.warehouse.append({ topic, partition: 0, rows, position: null });
      if (rejected[0]) throw new Error(rejected[0].reason);
    }
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.training.stop();
    await this.warehouse.close();
    await this.transport.close();
    await this.context.laurelDb.dropDatabase();
    await this.context.shopDb.dropDatabase();
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
