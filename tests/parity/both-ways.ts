import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { laurelTopics, type LogTransport, openTransport, Topics } from '@laurel/change-log';
import { eventsIngester } from '@laurel/events-ingester';
import { featureService } from '@laurel/feature-service';
import {
  openServiceContext,
  freePort,
  readSettings,
  type RunningApp,
  type ServiceContext,
  type Settings,
  startApp,
} from '@laurel/service';
import { Money, SHOP_COLLECTIONS } from '@laurel/shop';
import { DuckDbWarehouse } from '@laurel/warehouse';
import type { Long } from 'mongodb';
import { z } from 'zod';

const ADMIN_KEY = 'admin-key-of-the-tests';
const FOLDED = ['customers', 'orders', 'events'] as const;
const IDS_PER_REQUEST = 1000;

const moment = z.date().transform(date => date.toISOString());

const rowSchema = z.object({
  user_pseudo_id: z.string(),
  session_count: z.number(),
  total_time_spend_by_user_in_msec: z.number(),
  average_order_value: z.number(),
  no_of_orders: z.number(),
  revenue: z.string().transform(text => Money.toNumber(Money.of(text))),
  first_order_at: moment.nullable(),
  last_order_at: moment.nullable(),
});

const answerSchema = z.object({
  features: z.array(
    rowSchema.omit({ user_pseudo_id: true }).extend({
      customer_id: z.string(),
      revenue: z.number(),
      first_order_at: z.string().nullable(),
      last_order_at: z.string().nullable(),
    }),
  ),
  unknown: z.array(z.string()),
});

/** A customer's features, dates as text. */
export type Features = Omit<z.infer<typeof answerSchema>['features'][number], 'customer_id'>;

/**
 * One shop's changes on both their ways: into the warehouse (events-ingester) and into the feature service. The two share nothing but the
 * log: the feature service has a database of its own.
 */
export class BothWays {
  private constructor(
    private readonly ingesting: ServiceContext,
    private readonly serving: ServiceContext,
    private readonly transport: LogTransport,
    private readonly warehouse: DuckDbWarehouse,
    private readonly topics: Topics,
    private ingester: RunningApp,
    private service: RunningApp,
  ) {}

  static async start(servers: { mongodbUri: string; kafkaBrokers: string }, shopDatabase: string): Promise<BothWays> {
    const mark = randomBytes(4).toString('hex');
    const home = await mkdtemp(join(tmpdir(), 'laurel-parity-'));
    const environment = {
      MONGODB_URI: servers.mongodbUri,
      KAFKA_BROKERS: servers.kafkaBrokers,
      SHOP_DATABASE: shopDatabase,
      TOPIC_PREFIX: `parity-${mark}`,
      LAUREL_KEYS: `admin=${ADMIN_KEY}`,
      LAUREL_HOME: home,
      EVENTS_INGESTER_PORT: String(await freePort()),
      FEATURE_SERVICE_PORT: String(await freePort()),
      LOG_LEVEL: 'error',
    };
    const open = (laurelDatabase: string): Promise<ServiceContext> => {
      const settings: Settings = readSettings({ ...environment, LAUREL_DATABASE: laurelDatabase });
      return openServiceContext(settings);
    };
    const ingesting = await open(`laurel_${mark}`);
    const serving = await open(`features_${mark}`);
    const transport = await openTransport(ingesting.settings, ingesting.logger);
    const topics = new Topics(ingesting.settings.topicPrefix, shopDatabase);
    await transport.ensureTopics(laurelTopics(topics));
    const warehouse = await DuckDbWarehouse.open({ path: ingesting.settings.duckdbPath });
    const ingester = await startApp(eventsIngester, { ...ingesting, transport, warehouse });
    const service = await startApp(featureService, { ...serving, transport });
    return new BothWays(ingesting, serving, transport, warehouse, topics, ingester, service);
  }

  /** Whether the warehouse holds exactly so many changes, and both ways have come to the end of the log. */
  async settledAt(changes: number): Promise<boolean> {
    return (await this.changesStored()) === changes && (await this.behind()) === 0;
  }

  /** Forgets everything that was folded, and reads the whole log anew. */
  async replay(): Promise<void> {
    await this.service.close();
    await this.serving.laurelDb.dropDatabase();
    this.service = await startApp(featureService, { ...this.serving, transport: this.transport });
  }

  /** Every customer's features by SQL. */
  async batched(asOf: Date): Promise<Map<string, Features>> {
    await this.warehouse.buildModels({ select: ['user_features'], asOf });
    const rows = await this.warehouse.query('SELECT * FROM laurel.user_features ORDER BY user_pseudo_id', rowSchema);
    return new Map(rows.map(({ user_pseudo_id, ...features }) => [user_pseudo_id, features]));
  }

  /** The features of those of the customers that the feature service knows. */
  async streamed(customerIds: readonly string[], asOf: Date): Promise<Map<string, Features>> {
    const features = new Map<string, Features>();
    for (let from = 0; from < customerIds.length; from += IDS_PER_REQUEST) {
      const response = await fetch(`${this.service.url}/v1/features?as_of=${asOf.toISOString()}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ customer_ids: customerIds.slice(from, from + IDS_PER_REQUEST) }),
      });
      if (!response.ok) throw new Error(`features: ${response.status} ${await response.text()}`);
      const answer = answerSchema.parse(await response.json());
      for (const { customer_id, ...rest } of answer.features) features.set(customer_id, rest);
    }
    return features;
  }

  /** Stops everything and removes what it made. */
  async stop(): Promise<void> {
    await Promise.all([this.ingester.close(), this.service.close()]);
    await this.transport.close();
    await this.warehouse.close();
    for (const { laurelDb, mongo } of [this.ingesting, this.serving]) {
      await laurelDb.dropDatabase();
      await mongo.close();
    }
    await rm(this.ingesting.settings.home, { recursive: true, force: true });
  }

  private async changesStored(): Promise<number> {
    const counts = SHOP_COLLECTIONS.map(name => `(SELECT COUNT(*) FROM laurel.${name}_changelog)`);
    const rows = await this.warehouse.query(
      `SELECT ${counts.join(' + ')} AS changes`,
      z.object({ changes: z.number() }),
    );
    return rows[0]?.changes ?? 0;
  }

  /** Messages that one of the two has not applied yet. */
  private async behind(): Promise<number> {
    const loaded = new Map(
      (await this.warehouse.positions()).map(({ topic, partition, nextOffset }) => [
        `${topic}/${partition}`,
        nextOffset,
      ]),
    );
    const positions = this.serving.laurelDb.collection<{ topic: string; partition: number; next: Long }>('positions');
    const folded = new Map(
      (await positions.find({}, { promoteLongs: false }).toArray()).map(({ topic, partition, next }) => [
        `${topic}/${partition}`,
        next.toBigInt(),
      ]),
    );
    let behind = 0n;
    for (const collection of SHOP_COLLECTIONS) {
      const topic = this.topics.changes(collection);
      for (const { partition, end } of await this.transport.offsets(topic)) {
        const place = `${topic}/${partition}`;
        behind += end - (loaded.get(place) ?? 0n);
        if (FOLDED.some(name => name === collection)) behind += end - (folded.get(place) ?? 0n);
      }
    }
    return Number(behind);
  }
}
