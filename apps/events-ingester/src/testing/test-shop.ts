import { type LogTransport, Sequence, Topics } from '@laurel/change-log';
import { DuckDbWarehouse } from '@laurel/warehouse';
import { type ChangeStream, type Db, MongoClient } from 'mongodb';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

interface OrderDocument {
  _id: string;
  customerId: string;
  placedAt: Date;
  status: string;
  currency: string;
  items: { productId: string; name: string; quantity: number; price: number }[];
  rev: number;
}

const eventSchema = z.object({ _id: z.object({ _data: z.string() }), ns: z.object({ coll: z.string() }) });
const rowSchema = z.object({
  event_id: z.string(),
  seq: z.string(),
  op: z.string(),
  key: z.string(),
  rev: z.number().nullable(),
});

/** A row of the warehouse's changelog of orders. */
export type OrderRow = z.infer<typeof rowSchema>;

/** The servers that a test uses. */
export interface TestServers {
  mongodbUri: string;
  kafkaBrokers: string;
}

/** A shop database, topics and a warehouse file of a test's own, with an independent record of what MongoDB did. */
export class TestShop {
  private readonly events: { token: string; collection: string }[] = [];
  private rev = 0;
  private random = Math.random;
  private watching: ChangeStream | undefined;
  private watched: Promise<void> | undefined;

  private constructor(
    readonly mongo: MongoClient,
    readonly name: string,
    readonly folder: string,
    private readonly servers: TestServers,
  ) {}

  static async create(servers: TestServers): Promise<TestShop> {
    const mongo = await new MongoClient(servers.mongodbUri).connect();
    const name = `ingest-${randomUUID().slice(0, 8)}`;
    return new TestShop(mongo, name, await mkdtemp(join(tmpdir(), 'laurel-ingest-')), servers);
  }

  get db(): Db {
    return this.mongo.db(`${this.name}-shop`);
  }

  get topics(): Topics {
    return new Topics(this.name, this.db.databaseName);
  }

  get warehousePath(): string {
    return join(this.folder, 'warehouse.duckdb');
  }

  /** The settings of a process that works on this shop. */
  get environment(): Record<string, string> {
    return {
      MONGODB_URI: this.servers.mongodbUri,
      KAFKA_BROKERS: this.servers.kafkaBrokers,
      SHOP_DATABASE: this.db.databaseName,
      LAUREL_DATABASE: `${this.name}-laurel`,
      TOPIC_PREFIX: this.name,
      DUCKDB_PATH: this.warehousePath,
      LAUREL_HOME: this.folder,
      LAUREL_KEYS: 'admin=admin-key-for-tests',
      LOG_LEVEL: 'silent',
    };
  }

  order(id: string): OrderDocument {
    const rev = ++this.rev;
    const items = [{ productId: `p${rev % 7}`, name: 'Näme "quoted"', quantity: 1 + (rev % 3), price: 2.5 }];
    return {
      _id: id,
      customerId: `c${rev % 50}`,
      placedAt: new Date(1_770_000_000_000 + rev),
      status: 'placed',
      currency: 'GBP',
      items,
      rev,
    };
  }

  get orders() {
    return this.db.collection<OrderDocument>('orders');
  }

  async insertOrders(count: number, prefix = 'o'): Promise<void> {
    const documents = Array.from({ length: count }, (_, index) => this.order(`${prefix}${index}`));
    for (let at = 0; at < count; at += 2000)
      await this.orders.insertMany(documents.slice(at, at + 2000), { ordered: false });
  }

  /** One random write; some go through a transaction over several documents. */
  async write(ids: number, random: () => number): Promise<void> {
    const id = `o${Math.floor(random() * ids)}`;
    const kind = random();
    if (kind < 0.35) await this.orders.updateOne({ _id: id }, { $set: { rev: ++this.rev, status: 'paid' } });
    else if (kind < 0.6) await this.orders.replaceOne({ _id: id }, this.order(id), { upsert: true });
    else if (kind < 0.8) await this.orders.deleteOne({ _id: id });
    else {
      await this.mongo.withSession(session =>
        session.withTransaction(async () => {
          for (const other of [id, `${id}-x`, `${id}-y`]) {
            await this.orders.replaceOne({ _id: other }, this.order(other), { upsert: true, session });
            await this.orders.updateOne({ _id: other }, { $set: { rev: ++this.rev } }, { session });
          }
        }),
      );
    }
  }

  /** Starts the random choices of {@link writeMany} from `seed`, and gives them to the test too. */
  seed(seed: number): () => number {
    let state = (seed % 2147483646) + 1;
    this.random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    return this.random;
  }

  /** Random writes to orders whose ids lie below `ids`. */
  async writeMany(count: number, ids: number): Promise<void> {
    for (let index = 0; index < count; index++) await this.write(ids, this.random);
  }

  /** Writes once more; gives the cluster time (ms) from which on everything before it has been read. */
  async settledAfterWrite(): Promise<number> {
    const session = this.mongo.startSession();
    await this.db
      .collection<{ _id: string }>('products')
      .replaceOne({ _id: 'marker' }, { name: 'marker', price: 1 }, { upsert: true, session });
    const seconds = session.operationTime?.getHighBits() ?? 0;
    await session.endSession();
    return (seconds + 1) * 1000;
  }

  /** Waits until capture has switched on pre- and post-images for orders. */
  async recordedImages(): Promise<void> {
    for (;;) {
      const [orders] = await this.db.listCollections({ name: 'orders' }, { nameOnly: false }).toArray();
      if (orders?.options && 'changeStreamPreAndPostImages' in orders.options) return;
      await setTimeout(50);
    }
  }

  /** Makes the last checkpoint name an event that MongoDB does not know. Needs a recorded event. */
  async forgetHistory(transport: LogTransport): Promise<void> {
    const known = this.events.at(-1)?.token ?? '';
    const token = `${known.slice(0, 56)}${known.slice(56, 58) === '00' ? '01' : '00'}${known.slice(58)}`;
    const last: Record<string, unknown>[] = [];
    const keys: string[] = [];
    await transport.readToEnd(this.topics.checkpoint, 0, batch => {
      for (const { key, value } of batch.messages) {
        if (value === null) continue;
        last.push(z.record(z.string(), z.unknown()).parse(JSON.parse(value.toString())));
        keys.push(String(key));
      }
      return Promise.resolve();
    });
    const checkpoint = { ...last.at(-1), token };
    await transport.send(this.topics.checkpoint, 0, [{ key: keys.at(-1) ?? null, value: JSON.stringify(checkpoint) }]);
  }

  /** Begins to record the token of every event, with the driver's own change stream. */
  async watch(): Promise<void> {
    const stream = this.db.watch([{ $match: { operationType: { $in: ['insert', 'update', 'replace', 'delete'] } } }]);
    await stream.tryNext();
    this.watching = stream;
    this.watched = (async () => {
      for await (const event of stream) {
        const { _id, ns } = eventSchema.parse(event);
        this.events.push({ token: _id._data, collection: ns.coll });
      }
    })().catch(() => undefined);
  }

  /** The sequences of the changes of orders recorded so far. */
  orderSequences(epoch: number): Set<string> {
    return new Set(
      this.events.flatMap(({ token, collection }) =>
        collection === 'orders' ? [Sequence.ofStream(epoch, token)] : [],
      ),
    );
  }

  /** Waits until the record has come to the present. */
  async recorded(): Promise<void> {
    const marker = `marker-${randomUUID()}`;
    await this.db.collection<{ _id: string }>('markers').insertOne({ _id: marker });
    const count = await this.db.collection('markers').countDocuments();
    while (this.events.filter(({ collection }) => collection === 'markers').length < count) await setTimeout(20);
  }

  async unwatch(): Promise<void> {
    await this.watching?.close();
    await this.watched;
  }

  /** Reads the warehouse, which no other process may have open. */
  async readWarehouse<T>(read: (warehouse: DuckDbWarehouse) => Promise<T>): Promise<T> {
    const warehouse = await DuckDbWarehouse.open({ path: this.warehousePath });
    try {
      return await read(warehouse);
    } finally {
      await warehouse.close();
    }
  }

  orderRows(): Promise<OrderRow[]> {
    const sql =
      'SELECT _event_id AS event_id, _seq AS seq, _op AS op, _key AS key, rev FROM laurel.orders_changelog ORDER BY _seq, _event_id';
    return this.readWarehouse(warehouse => warehouse.query(sql, rowSchema));
  }

  /** `_id` and `rev` of every order that the source holds. */
  async sourceState(): Promise<Map<string, number>> {
    const documents = await this.orders.find().sort({ _id: 1 }).toArray();
    return new Map(documents.map(({ _id, rev }) => [_id, rev]));
  }

  async remove(): Promise<void> {
    await this.unwatch();
    await this.db.dropDatabase();
    await this.mongo.db(`${this.name}-laurel`).dropDatabase();
    await this.mongo.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The state that rows add up to: the newest row of each key, deletes gone. */
export function currentState(rows: readonly OrderRow[]): Map<string, number | null> {
  const latest = new Map<string, OrderRow>();
  for (const row of rows.toSorted((a, b) => (a.seq < b.seq ? -1 : 1))) latest.set(row.key, row);
  const living = [...latest.values()].filter(({ op }) => op !== 'd');
  return new Map(living.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, rev }) => [key, rev]));
}
