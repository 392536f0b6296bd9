import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeEncoder, type LogTransport, partitionOf, PARTITIONS, Sequence, type Topics } from '@laurel/change-log';
import type { TrainingWorker } from '@laurel/learning';
import { freePort, startApp, type RunningApp, type Scope, type ServiceContext } from '@laurel/service';
import type { ShopCollection } from '@laurel/shop';
import { TestHome, type TestServers } from '@laurel/test-home';
import { type ChangelogRow, DuckDbWarehouse } from '@laurel/warehouse';
import { BSON } from 'mongodb';
import { clusteringService, forecastTraining, tierTraining } from '../index.js';
import type { TierFeatures } from '../tiers/tier-features.js';

/** The clustering service on real servers, with a home, a warehouse and a port of its own. */
export class RunningClusteringService {
  private version = 0;
  private rows = 0n;

  private constructor(
    private readonly home: TestHome,
    readonly warehouse: DuckDbWarehouse,
    private readonly training: readonly TrainingWorker[],
    private app: RunningApp,
  ) {}

  static async start(
    servers: TestServers,
    { configuration, settings }: { configuration?: unknown; settings?: Record<string, string> } = {},
  ): Promise<RunningClusteringService> {
    const home = await TestHome.open(servers, { ...settings, CLUSTERING_SERVICE_PORT: String(await freePort()) });
    if (configuration !== undefined) await writeFile(join(home.folder, 'tiers.json'), JSON.stringify(configuration));
    const warehouse = await DuckDbWarehouse.open({ path: join(home.folder, 'warehouse.duckdb') });
    const app = await startApp(clusteringService, home.resources);
    const resources = { ...home.context, warehouse };
    const training = [tierTraining(resources), forecastTraining(resources)];
    for (const worker of training) worker.start();
    return new RunningClusteringService(home, warehouse, training, app);
  }

  get context(): ServiceContext {
    return this.home.context;
  }

  get transport(): LogTransport {
    return this.home.transport;
  }

  get topics(): Topics {
    return this.home.topics;
  }

  async restart(): Promise<void> {
    await this.app.close();
    this.app = await startApp(clusteringService, this.home.resources);
  }

  get url(): string {
    return this.app.url;
  }

  /** What a request of a scope carries. */
  headers(as: Scope): Record<string, string> {
    return { authorization: `Bearer ${this.home.key(as)}` };
  }

  call(path: string, as: Scope = 'admin', init: RequestInit = {}): Promise<Response> {
    const headers = {
      ...this.headers(as),
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

  /** Says what the features of customers are now, as the feature service does; null for one who is gone. Orders are of now where `orders` says nothing else. */
  async tell(
    customers: ReadonlyMap<string, TierFeatures | null>,
    orders: ReadonlyMap<string, { first: Date; last: Date }> = new Map(),
  ): Promise<void> {
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
            first_order_at: features.no_of_orders > 0 ? (orders.get(id)?.first ?? at) : null,
            last_order_at: features.no_of_orders > 0 ? (orders.get(id)?.last ?? at) : null,
            as_of: at,
            version,
          }),
      }));
      if (messages.length > 0) await this.transport.send(this.topics.features, partition, messages);
    }
  }

  /** Puts a document of the shop into the log, as capture does when it was written. */
  async change(collection: ShopCollection, document: { _id: string } & Record<string, unknown>): Promise<void> {
    const id = JSON.stringify(document._id);
    const event = {
      database: 'shop',
      collection,
      op: 'c' as const,
      id,
      eventId: randomUUID(),
      seq: Sequence.ofChunk(1, ++this.version),
      epoch: 1,
      before: null,
      after: BSON.EJSON.stringify(document, { relaxed: false }),
      snapshot: false,
      clusterTimeMs: Date.now(),
      ord: 1,
    };
    const partition = partitionOf(ChangeEncoder.keyOf(id), PARTITIONS);
    const messages = new ChangeEncoder('laurel').encode(event, Date.now());
    await this.transport.send(this.topics.changes(collection), partition, messages);
  }

  /** Tells a customer's list (or everybody's, `*`), as the recommender does; null that there is none. */
  async recommend(customerId: string, list: object | null): Promise<void> {
    const partition = partitionOf(customerId, PARTITIONS);
    const message = { key: customerId, value: list && JSON.stringify(list) };
    await this.transport.send(this.topics.recommendations, partition, [message]);
  }

  /** Puts orders and sessions into the warehouse that give these customers these features (order values to the cent). */
  async load(customers: ReadonlyMap<string, TierFeatures>): Promise<void> {
    const orders: ChangelogRow[] = [];
    const events: ChangelogRow[] = [];
    const row = (collection: string, id: string, document: Record<string, unknown>): ChangelogRow =>
      this.row(collection, { _id: id, ...document });
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
    await this.append('orders', orders);
    await this.append('events', events);
  }

  /** Puts orders into the warehouse as they are. */
  async loadOrders(orders: readonly ({ _id: string } & Record<string, unknown>)[]): Promise<void> {
    await this.append(
      'orders',
      orders.map(order => this.row('orders', order)),
    );
  }

  private row(collection: string, document: { _id: string } & Record<string, unknown>): ChangelogRow {
    const offset = ++this.rows;
    return {
      collection,
      eventId: `${collection}-${document._id}`,
      seq: offset.toString(16).padStart(12, '0'),
      op: 'c',
      key: document._id,
      sourceTs: new Date(),
      partition: 0,
      offset,
      document,
    };
  }

  private async append(topic: string, rows: ChangelogRow[]): Promise<void> {
    const { rejected } = await this.warehouse.append({ topic, partition: 0, rows, position: null });
    if (rejected[0]) throw new Error(rejected[0].reason);
  }

  async stop(): Promise<void> {
    await this.app.close();
    for (const worker of this.training) await worker.stop();
    await this.warehouse.close();
    await this.home.remove();
  }
}
