import { type ClientSession, type Collection, type Db, type MongoClient, MongoError } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../seeded-random.js';
import { until } from '../until.js';
import { changeOf, documentOf } from './shop-documents.js';
import { type Fate, type Write, WRITTEN_COLLECTIONS, type WrittenCollection } from './write.js';

interface Stored {
  _id: string;
  rev: number;
}

const PAUSE_MS = 2;
const KEYS = 300;

/**
 * Writes to a shop, one change after the other, and keeps a log of what MongoDB has acknowledged. Where an answer did not come it asks for the
 * document, so the log is never in doubt.
 */
export class ShopWriter {
  /** In the order of the writes. */
  readonly log: Write[] = [];
  /** What becomes of the changes made from now on. */
  fate: Fate = 'before';
  readonly #alive = new Map<string, number>();
  readonly #mongo: MongoClient;
  readonly #db: Db;
  readonly #random: SeededRandom;
  #rev = 0;
  #running: Promise<void> | undefined;
  #stopping = false;

  constructor(mongo: MongoClient, db: Db, random: SeededRandom) {
    this.#mongo = mongo;
    this.#db = db;
    this.#random = random;
  }

  /** Changes that have to arrive. */
  get written(): number {
    return this.log.filter(({ fate }) => fate === 'captured').length;
  }

  /** A number that no document has had. */
  nextRev(): number {
    return ++this.#rev;
  }

  /** Writes many new documents at once, half of them orders. Their keys are apart from those that {@link start} uses, except the first few. */
  async insertMany(count: number, prefix = 'k'): Promise<void> {
    for (const collection of WRITTEN_COLLECTIONS) {
      for (let at = 0; at < count / 2; at += 1000) {
        const size = Math.min(1000, Math.ceil(count / 2) - at);
        const keys = Array.from({ length: size }, (_, index) => `${prefix}${at + index}`);
        const stored = keys.map(_id => documentOf[collection](_id, this.nextRev()));
        await this.#collection(collection).insertMany(stored);
        for (const { _id, rev } of stored) this.noted({ collection, key: _id, op: 'c', rev, fate: this.fate });
      }
    }
  }

  /** Begins to write, changes that have to arrive. */
  start(): void {
    this.fate = 'captured';
    this.#stopping = false;
    this.#running = this.#write();
    this.#running.catch(() => undefined);
  }

  /** Ends writing; all that was written is in the log. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    this.#running = undefined;
  }

  /** Writes so many changes now. */
  async some(count: number): Promise<void> {
    for (let at = 0; at < count; at++) await this.#one();
  }

  /** Notes a change that was made elsewhere. */
  noted(write: Write): void {
    this.log.push(write);
    const name = `${write.collection}/${write.key}`;
    if (write.fate === 'uncommitted') return;
    if (write.rev === null) this.#alive.delete(name);
    else this.#alive.set(name, write.rev);
  }

  /** Notes that all documents of a collection are gone. */
  notedDrop(collection: WrittenCollection): void {
    for (const key of this.keysOf(collection)) this.noted({ collection, key, op: 'd', rev: null, fate: this.fate });
  }

  /** The keys of the documents that exist. */
  keysOf(collection: WrittenCollection): string[] {
    const start = `${collection}/`;
    return [...this.#alive.keys()].filter(name => name.startsWith(start)).map(name => name.slice(start.length));
  }

  async #write(): Promise<void> {
    while (!this.#stopping) {
      await this.#one();
      await sleep(PAUSE_MS);
    }
  }

  async #one(): Promise<void> {
    const collection = this.#random.pick(WRITTEN_COLLECTIONS);
    const key = `k${this.#random.below(KEYS)}`;
    const kind = this.#random.next();
    if (kind < 0.1) return this.#transaction(key, kind < 0.02);
    const exists = this.#alive.has(`${collection}/${key}`);
    if (exists && kind < 0.3) await this.#attempt([this.#writeOf(collection, key, 'd')]);
    else await this.#attempt([this.#writeOf(collection, key, exists ? 'u' : 'c')], kind < 0.5);
  }

  #writeOf(collection: WrittenCollection, key: string, op: Write['op']): Write {
    return { collection, key, op, rev: op === 'd' ? null : this.nextRev(), fate: this.fate };
  }

  /** Several documents of both collections, each written twice; sometimes taken back. */
  async #transaction(key: string, abort: boolean): Promise<void> {
    const writes = WRITTEN_COLLECTIONS.flatMap(collection =>
      [key, `${key}-x`].flatMap(each => {
        const exists = this.#alive.has(`${collection}/${each}`);
        return [this.#writeOf(collection, each, exists ? 'u' : 'c'), this.#writeOf(collection, each, 'u')];
      }),
    );
    if (!abort) return this.#attempt(writes, true);
    await this.#mongo.withSession(async session => {
      session.startTransaction();
      try {
        for (const write of writes) await this.#apply(write, true, session);
      } catch (error) {
        if (!(error instanceof MongoError)) throw error;
      }
      await session.abortTransaction().catch(() => undefined);
    });
    for (const write of writes) this.noted({ ...write, fate: 'uncommitted' });
  }

  /** Carries writes out, all or none, and notes them when they are. */
  async #attempt(writes: readonly Write[], whole = false): Promise<void> {
    const [first] = writes;
    if (!first) return;
    try {
      if (writes.length === 1) await this.#apply(first, whole);
      else
        await this.#mongo.withSession(session =>
          session.withTransaction(async () => {
            for (const write of writes) await this.#apply(write, whole, session);
          }),
        );
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      if (!(await this.#wasApplied(writes))) {
        for (const write of writes) this.noted({ ...write, fate: 'uncommitted' });
        return;
      }
    }
    for (const write of writes) this.noted(write);
  }

  async #apply({ collection, key, op, rev }: Write, whole: boolean, session?: ClientSession): Promise<void> {
    const target = this.#collection(collection);
    const options = session ? { session } : {};
    if (rev === null) await target.deleteOne({ _id: key }, options);
    else if (op === 'c' || whole) {
      const { _id, ...rest } = documentOf[collection](key, rev);
      await target.replaceOne({ _id }, rest, { ...options, upsert: true });
    } else await target.updateOne({ _id: key }, { $set: changeOf[collection](rev) }, options);
  }

  /** Whether the last of some writes is there for good. A linearizable read waits until what it shows cannot be taken back. */
  async #wasApplied(writes: readonly Write[]): Promise<boolean> {
    const last = writes.at(-1);
    if (!last) return false;
    const found = await until('MongoDB tells what became of a write', async () => {
      const options = { readConcern: { level: 'linearizable' }, maxTimeMS: 5000 } as const;
      return { document: await this.#collection(last.collection).findOne({ _id: last.key }, options) };
    });
    return last.rev === null ? found.document === null : found.document?.rev === last.rev;
  }

  #collection(name: WrittenCollection): Collection<Stored> {
    return this.#db.collection<Stored>(name);
  }
}
