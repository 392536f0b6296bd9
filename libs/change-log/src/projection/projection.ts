import type { ClientSession } from 'mongodb';
import type { LogMessage, LogTransport } from '../transport/log-transport.js';
import type { Db, MongoClient } from 'mongodb';
import type { Logger } from 'pino';

/**
 * A read model in MongoDB fed by topics: what a batch changes and how far the log was read are written in one transaction, so that nothing is
 * applied twice or left out, whenever the process dies.
 */
export interface ProjectionOptions<T> {
  /** Names the consumer group and the positions: one per read model. */
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
  /** Writes what the items change, within the transaction of `session`. May be called again with the same items after an abort: no other effects here. */
  apply(items: readonly T[], session: ClientSession): Promise<void>;
  /** Called once after the commit: the place to update memory. */
  committed?(items: readonly T[]): void | Promise<void>;
}
