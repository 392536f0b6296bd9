import { randomUUID } from 'node:crypto';
import { Outbox, type OutboxOptions } from '@laurel/change-log';
import type { ClientSession } from 'mongodb';
import { z } from 'zod';

const IDS_PER_ENTRY = 1000;
const ENTRIES_PER_FLUSH = 200;

const idsSchema = z.array(z.string());

/**
 * The customers whose features must still be published. Written in the transaction that changes their state, many to a document, so that
 * reading a backlog does not cost a document for every customer of every transaction.
 */
export class ChangedCustomers {
  private readonly outbox: Outbox;

  constructor(options: Omit<OutboxOptions, 'name' | 'batchSize'>) {
    this.outbox = new Outbox({ ...options, name: 'features', batchSize: ENTRIES_PER_FLUSH });
  }

  /** Adds customers within the transaction of `session`. */
  async add(session: ClientSession, customerIds: Iterable<string>): Promise<void> {
    const ids = [...customerIds];
    const entries = Array.from({ length: Math.ceil(ids.length / IDS_PER_ENTRY) }, (_, at) => ({
      key: randomUUID(),
      payload: ids.slice(at * IDS_PER_ENTRY, (at + 1) * IDS_PER_ENTRY),
    }));
    await this.outbox.add(session, entries);
  }

  /** Says that customers were committed, so that they are published at once. */
  notify(): void {
    this.outbox.notify();
  }

  /** Begins to hand over customers, each once a call; the same again after a failure. The next come when `publish` resolves. */
  async start(publish: (customerIds: readonly string[]) => Promise<void>): Promise<void> {
    await this.outbox.start(entries =>
      publish([...new Set(entries.flatMap(({ payload }) => idsSchema.parse(payload)))]),
    );
  }

  /** Ends after the call under way; what is left stays for the next start. */
  async stop(): Promise<void> {
    await this.outbox.stop();
  }

  /** How many batches of customers wait to be published. */
  pending(): Promise<number> {
    return this.outbox.pending();
  }

  /** Why customers are not being handed over now, or undefined. */
  readiness(): string | undefined {
    return this.outbox.readiness();
  }
}
