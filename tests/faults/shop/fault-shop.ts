import { type LogTransport, openTransport, Topics } from '@laurel/change-log';
import { createLogger, readSettings } from '@laurel/service';
import { type Db, MongoClient } from 'mongodb';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeededRandom } from '../seeded-random.js';
import { ShopWriter } from './shop-writer.js';
import { killAll } from '../pipeline/pipeline-process.js';
import { WRITTEN_COLLECTIONS } from './write.js';

/** The key with which the suite asks the services. */
export const ADMIN_KEY = 'admin-key-of-the-fault-suite';

/** A shop database, topics and a warehouse of one scenario's own. */
export class FaultShop implements AsyncDisposable {
  readonly mongo: MongoClient;
  readonly name: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly transport: LogTransport;
  readonly writer: ShopWriter;

  private constructor(
    mongo: MongoClient,
    name: string,
    folder: string,
    environment: Record<string, string>,
    transport: LogTransport,
    random: SeededRandom,
  ) {
    this.mongo = mongo;
    this.name = name;
    this.folder = folder;
    this.environment = environment;
    this.transport = transport;
    this.writer = new ShopWriter(mongo, this.db, random);
  }

  /** Makes the collections, their images switched on, so that every state of a document can be told. */
  static async create(
    servers: { mongodbUri: string; kafkaBrokers: string },
    random: SeededRandom,
    extra: Readonly<Record<string, string>> = {},
  ): Promise<FaultShop> {
    const name = `faults-${randomBytes(4).toString('hex')}`;
    const folder = await mkdtemp(join(tmpdir(), 'laurel-faults-'));
    const environment = {
      MONGODB_URI: servers.mongodbUri,
      KAFKA_BROKERS: servers.kafkaBrokers,
      SHOP_DATABASE: `${name}-shop`,
      LAUREL_DATABASE: `${name}-laurel`,
      TOPIC_PREFIX: name,
      DUCKDB_PATH: join(folder, 'warehouse.duckdb'),
      LAUREL_HOME: folder,
      LAUREL_KEYS: `admin=${ADMIN_KEY}`,
      LOG_LEVEL: 'warn',
      ...extra,
    };
    const mongo = await new MongoClient(servers.mongodbUri, { readConcern: { level: 'majority' } }).connect();
    const settings = readSettings({ ...environment, LOG_LEVEL: 'silent' });
    const transport = await openTransport(settings, createLogger(settings));
    const shop = new FaultShop(mongo, name, folder, environment, transport, random);
    for (const collection of WRITTEN_COLLECTIONS) await shop.createCollection(collection);
    return shop;
  }

  get db(): Db {
    return this.mongo.db(`${this.name}-shop`);
  }

  get topics(): Topics {
    return new Topics(this.name, this.db.databaseName);
  }

  async createCollection(name: string): Promise<void> {
    await this.db.createCollection(name, { changeStreamPreAndPostImages: { enabled: true } });
  }

  /** Writes once more; gives the cluster time (ms) from which on everything before it has been read. */
  async markNow(): Promise<number> {
    const session = this.mongo.startSession();
    try {
      const marker = { _id: 'marker', createdAt: new Date() };
      const customers = this.db.collection<{ _id: string; createdAt: Date }>('customers');
      await customers.replaceOne({ _id: marker._id }, { createdAt: marker.createdAt }, { upsert: true, session });
      return ((session.operationTime?.getHighBits() ?? 0) + 1) * 1000;
    } finally {
      await session.endSession();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await killAll();
    await this.writer.stop().catch(() => undefined);
    await this.transport.close();
    await this.db.dropDatabase().catch(() => undefined);
    await this.mongo
      .db(`${this.name}-laurel`)
      .dropDatabase()
      .catch(() => undefined);
    await this.mongo.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
