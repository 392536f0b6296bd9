import { setTimeout as sleep } from 'node:timers/promises';
import { Leases, WakeableRest } from '@laurel/service';
import { type ClientSession, type Collection, type Db, ObjectId } from 'mongodb';
import type { Logger } from 'pino';
import { LeaseHolder } from '../lease/lease-holder.js';

/** Something to be published: `key` says what it is about, `payload` is whatever the publisher needs beside it (BSON types). */
export interface OutboxEntry {
  key: string;
  payload?: unknown;
}

export interface OutboxOptions {
  /** Names the collection `outbox_<name>` and the lease. */
  name: string;
  /** Laurel's own database. */
  db: Db;
  logger: Logger;
  /** This process among all that may share the work (`ServiceContext.instanceId`). */
  instanceId: string;
  /** Most entries handed over at once. Default 2,000. */
  batchSize?: number;
  /** How often to look for entries that other processes committed. Default 200 ms. */
  pollMs?: number;
}

/** Publishes entries; when it rejects, the same entries come again after a pause. */
export type OutboxFlush = (entries: readonly OutboxEntry[]) => Promise<void>;

interface OutboxDocument {
  _id: ObjectId;
  key: string;
  payload?: unknown;
}

const LEASE_MS = 5_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * What a transaction has decided and the log must still be told. Entries are written in the transaction that causes them, so they are there
 * exactly when it committed; they are published at least once, in the order they were written, by one process at a time (a lease).
 * Of several entries with one key in a batch only the newest is handed over.
 *
 * ```ts
 * await outbox.add(session, customerIds);               // within the transaction
 * outbox.notify();                                      // after its commit
 * await outbox.start(entries => publish(entries.map(entry => entry.key)));
 * ```
 */
export class Outbox {
  private readonly entries: Collection<OutboxDocument>;
  private readonly lease: LeaseHolder;
  private loop: Promise<void> | undefined;
  private readonly rest = new WakeableRest();
  private stopping = new AbortController();
  private failure: string | undefined;

  constructor(private readonly options: OutboxOptions) {
    const { db, name, logger, instanceId } = options;
    this.entries = db.collection<OutboxDocument>(`outbox_${name}`);
    this.lease = new LeaseHolder({
      leases: new Leases(db, instanceId, LEASE_MS),
      name: `outbox:${name}`,
      logger,
      renewEveryMs: LEASE_MS / 4,
    });
  }

  /** Adds entries (or bare keys) within the transaction of `session`. */
  async add(session: ClientSession, entries: Iterable<string | OutboxEntry>): Promise<void> {
    const documents = Array.from(entries, (entry): OutboxDocument => ({
      _id: new ObjectId(),
      ...(typeof entry === 'string' ? { key: entry } : entry),
    }));
    if (documents.length > 0) await this.entries.insertMany(documents, { session, ordered: false });
  }

  /** Says that entries were committed, so that they are published at once. */
  notify(): void {
    this.rest.wakeUp();
  }

  /** Begins to publish, in the background: what a former process left behind first. */
  async start(flush: OutboxFlush): Promise<void> {
    this.stopping = new AbortController();
    // A collection cannot be created inside every transaction; it is made here, before the first.
    await this.entries.db.createCollection(this.entries.collectionName).catch(ignoreExisting);
    await this.lease.start();
    this.loop = this.run(flush);
  }

  /** Ends after the flush under way; what is left stays for the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.notify();
    await this.loop;
    await this.lease.stop();
  }

  /** How many entries wait to be published. */
  async pending(): Promise<number> {
    return this.entries.estimatedDocumentCount();
  }

  /** Why entries are not being published now, or undefined. */
  readiness(): string | undefined {
    return this.failure;
  }

  private async run(flush: OutboxFlush): Promise<void> {
    const { batchSize = 2000, pollMs = 200, name, logger } = this.options;
    const { signal } = this.stopping;
    let pauseMs = 0;
    while (!signal.aborted) {
      this.rest.beginRound();
      let full = false;
      try {
        if (this.lease.held()) full = (await this.flushOnce(flush, batchSize)) === batchSize;
        this.failure = undefined;
        pauseMs = 0;
      } catch (error) {
        pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(100, pauseMs * 2));
        this.failure = `outbox ${name} cannot publish: ${error instanceof Error ? error.message : String(error)}`;
        logger.warn({ err: error, outbox: name, pauseMs }, 'outbox could not be published; trying again');
      }
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      else if (!full) await this.rest.rest(pollMs);
    }
  }

  private async flushOnce(flush: OutboxFlush, batchSize: number): Promise<number> {
    const documents = await this.entries.find({}, { sort: { _id: 1 }, limit: batchSize }).toArray();
    if (documents.length === 0) return 0;
    await flush(newestPerKey(documents));
    await this.entries.deleteMany({ _id: { $in: documents.map(document => document._id) } });
    return documents.length;
  }
}

function newestPerKey(documents: readonly OutboxDocument[]): OutboxEntry[] {
  const newest = new Map<string, OutboxEntry>();
  for (const { key, payload } of documents) {
    newest.delete(key);
    newest.set(key, payload === undefined ? { key } : { key, payload });
  }
  return [...newest.values()];
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'codeName' in error && error.codeName === 'NamespaceExists')) throw error;
}
