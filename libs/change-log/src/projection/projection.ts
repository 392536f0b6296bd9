import { traced } from '@laurel/service';
import { type ClientSession, type Collection, type Db, Long, type MongoClient } from 'mongodb';
import type { Logger } from 'pino';
import type {
  Consumption,
  LogBatch,
  LogMessage,
  LogPositionLostError,
  LogTransport,
} from '../transport/log-transport.js';

/**
 * A read model in MongoDB fed by topics: what a batch changes and how far the log was read are written in one transaction, so that nothing is
 * applied twice or left out, whenever the process dies.
 */
export interface ProjectionOptions<T> {
  /** Names the positions: one per read model. */
  name: string;
  transport: LogTransport;
  mongo: MongoClient;
  /** Laurel's own database; positions are kept in its collection `positions`. */
  db: Db;
  logger: Logger;
  group: string;
  topics: readonly string[];
  /** Reads a message, or undefined for one that does not concern this read model (malformed ones included: load reports those). */
  decode(topic: string, message: LogMessage): T | undefined;
  /**
   * Writes what the items change, within the transaction of `session`. The items of one partition come in its order; those of several
   * partitions may come together. May be called again with the same items after an abort: no other effects here. Operations of one
   * session must follow one another: no `Promise.all` over them.
   */
  apply(items: readonly T[], session: ClientSession): Promise<void>;
  /** Called once after the commit: the place to update memory. It does not run when the process dies in between, nor in another replica. */
  committed?(items: readonly T[]): void | Promise<void>;
  /** Most messages applied in one transaction, except that a single batch is never split. Default 5,000. */
  transactionMessages?: number;
}

interface PositionDocument {
  _id: string;
  projection: string;
  topic: string;
  partition: number;
  next: Long;
}

interface PendingBatch {
  batch: LogBatch;
  done(): void;
  failed(error: unknown): void;
}

/** How far one partition has come, and where it ends as far as is known. */
interface Progress {
  next: bigint;
  end: bigint;
}

const CAUGHT_UP_POLL_MS = 50;

/** Keeps a read model up to date. See {@link ProjectionOptions}. */
export class Projection<T> {
  private readonly positions: Collection<PositionDocument>;
  private readonly progress = new Map<string, Progress>();
  private readonly targets = new Map<string, bigint>();
  private readonly pending: PendingBatch[] = [];
  private working = false;
  private consumption: Consumption | undefined;
  private stopped = false;
  private failure: string | undefined;

  constructor(private readonly options: ProjectionOptions<T>) {
    this.positions = options.db.collection<PositionDocument>('positions');
  }

  /** Begins to read where the read model stands. The topics must exist. */
  async start(): Promise<void> {
    const { transport, db, group, topics, logger, name } = this.options;
    this.stopped = false;
    await db.createCollection(this.positions.collectionName).catch((error: unknown) => {
      if (!(error instanceof Error && 'codeName' in error && error.codeName === 'NamespaceExists')) throw error;
    });
    const stored = await this.storedPositions();
    for (const topic of topics) {
      for (const { partition, earliest, end } of await transport.offsets(topic)) {
        const key = keyOf(topic, partition);
        const next = stored.get(key) ?? earliest;
        this.progress.set(key, { next, end });
        if (end > earliest) this.targets.set(key, end);
      }
    }
    this.consumption = await transport.consume({
      group,
      topics,
      positionOf: async (topic, partition) => (await this.storedPositions()).get(keyOf(topic, partition)),
      onBatch: batch => this.enqueue(batch),
      onHalt: (error: LogPositionLostError) => {
        this.failure = error.message;
        logger.error({ err: error, projection: name }, 'read model halted');
      },
    });
  }

  /** Ends after the transaction under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.consumption?.stop();
    this.consumption = undefined;
  }

  /** Messages not yet applied, as far as is known, over the partitions this process reads. */
  lag(): number {
    let behind = 0n;
    for (const { next, end } of this.progress.values()) if (end > next) behind += end - next;
    return Number(behind);
  }

  /** Resolves once everything that was in the topics at {@link start} has been applied, by this process or another; at once after {@link stop}. */
  async caughtUp(): Promise<void> {
    while (!this.stopped && this.targets.size > 0) {
      const stored = await this.storedPositions();
      for (const [key, end] of this.targets) if ((stored.get(key) ?? 0n) >= end) this.targets.delete(key);
      if (this.targets.size > 0) await new Promise(resolve => setTimeout(resolve, CAUGHT_UP_POLL_MS));
    }
  }

  /** Why the read model is not being kept up to date, or undefined while it is. */
  readiness(): string | undefined {
    return this.consumption === undefined ? `${this.options.name} is not reading its topics` : this.failure;
  }

  private enqueue(batch: LogBatch): Promise<void> {
    return new Promise((done, failed) => {
      this.pending.push({ batch, done, failed });
      if (!this.working) void this.work();
    });
  }

  /** One transaction after another: partitions that touch the same documents do not get in each other's way. */
  private async work(): Promise<void> {
    this.working = true;
    for (let group = this.takeGroup(); group.length > 0; group = this.takeGroup()) {
      try {
        await this.applyTraced(group.map(({ batch }) => batch));
        this.failure = undefined;
        for (const { done } of group) done();
      } catch (error) {
        this.failure = `${this.options.name} cannot apply what it reads: ${error instanceof Error ? error.message : String(error)}`;
        for (const { failed } of group) failed(error);
      }
    }
    this.working = false;
  }

  private takeGroup(): PendingBatch[] {
    const { transactionMessages = 5000 } = this.options;
    const group = this.pending.splice(0, 1);
    let messages = group[0]?.batch.messages.length ?? 0;
    for (
      let next = this.pending[0];
      next && messages + next.batch.messages.length <= transactionMessages;
      next = this.pending[0]
    ) {
      messages += next.batch.messages.length;
      group.push(next);
      this.pending.shift();
    }
    return group;
  }

  private applyTraced(batches: readonly LogBatch[]): Promise<void> {
    return traced(
      {
        name: `read model ${this.options.name}`,
        kind: 'consumer',
        parents: () => batches.flatMap(({ messages }) => messages.map(message => message.header('traceparent'))),
      },
      () => this.applyGroup(batches),
    );
  }

  private async applyGroup(batches: readonly LogBatch[]): Promise<void> {
    const { mongo, apply, committed } = this.options;
    let applied: T[] = [];
    await mongo.withSession(session =>
      session.withTransaction(async () => {
        applied = [];
        const ids = batches.map(({ topic, partition }) => this.idOf(topic, partition));
        const documents = await this.positions.find({ _id: { $in: ids } }, { session, promoteLongs: false }).toArray();
        const stored = new Map(documents.map(({ _id, next }) => [_id, next.toBigInt()]));
        const fresh = batches.filter(
          batch => this.nextOf(batch) > (stored.get(this.idOf(batch.topic, batch.partition)) ?? 0n),
        );
        if (fresh.length === 0) return;
        applied = fresh.flatMap(batch =>
          this.itemsOf(batch, stored.get(this.idOf(batch.topic, batch.partition)) ?? 0n),
        );
        if (applied.length > 0) await apply(applied, session);
        await this.positions.bulkWrite(
          fresh.map(batch => ({
            updateOne: {
              filter: { _id: this.idOf(batch.topic, batch.partition) },
              update: {
                $set: {
                  projection: this.options.name,
                  topic: batch.topic,
                  partition: batch.partition,
                  next: Long.fromBigInt(this.nextOf(batch)),
                },
              },
              upsert: true,
            },
          })),
          { session },
        );
      }),
    );
    for (const batch of batches)
      this.progress.set(keyOf(batch.topic, batch.partition), { next: this.nextOf(batch), end: batch.endOffset });
    if (applied.length > 0) await committed?.(applied);
  }

  private itemsOf({ topic, messages }: LogBatch, from: bigint): T[] {
    const items: T[] = [];
    for (const message of messages) {
      if (message.offset < from) continue;
      const item = this.options.decode(topic, message);
      if (item !== undefined) items.push(item);
    }
    return items;
  }

  private nextOf({ messages }: LogBatch): bigint {
    return (messages.at(-1)?.offset ?? -1n) + 1n;
  }

  private idOf(topic: string, partition: number): string {
    return `${this.options.name}/${keyOf(topic, partition)}`;
  }

  private async storedPositions(): Promise<Map<string, bigint>> {
    const documents = await this.positions.find({ projection: this.options.name }, { promoteLongs: false }).toArray();
    return new Map(documents.map(({ topic, partition, next }) => [keyOf(topic, partition), next.toBigInt()]));
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
