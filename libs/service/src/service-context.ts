import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { MongoClient, type Db } from 'mongodb';
import type { Logger } from 'pino';
import type { AccessRule } from './access/access-rules.js';
import { KeyRing } from './access/key-ring.js';
import type { Shortcut } from './http/shortcut.js';
import { createLogger } from './log/create-logger.js';
import { watchAbandonedTransactions } from './mongo/abandoned-transactions.js';
import { startTracing } from './tracing/tracing.js';
import { withoutPassword, type AppName, type Settings } from './settings/settings.js';
import { SettingsError } from './settings/settings-error.js';

/** What every app of one process shares: settings, log, keys and the connection to MongoDB. */
export interface ServiceContext {
  settings: Settings;
  logger: Logger;
  keys: KeyRing;
  mongo: MongoClient;
  /** The shop's own database: read, never written. */
  shopDb: Db;
  /** The database of Laurel's read models. */
  laurelDb: Db;
  /** This process, among all that may share the work. */
  instanceId: string;
}

/** An app as its host sees it. `R` is what it needs beside the {@link ServiceContext}: a warehouse, a log. */
export interface LaurelApp<R extends ServiceContext = ServiceContext> {
  name: AppName;
  /** Its own Nest module; what it provides and when it is ready is its own affair. */
  module(resources: R): DynamicModule | Type;
  access: readonly AccessRule[];
  /** How long a request may wait for others before it is refused with 503; without it none is. */
  patienceMs?: number;
  /** What answers some of its requests past Fastify, once the app has come up. */
  shortcut?(nest: INestApplicationContext): Shortcut;
  /** Title and text of its OpenAPI document, where it serves one. */
  openapi?: { title: string; description: string };
}

/**
 * Connects to what every app shares.
 *
 * @throws SettingsError when there are no keys, or MongoDB does not answer within five seconds.
 */
export async function openServiceContext(settings: Settings, logger = createLogger(settings)): Promise<ServiceContext> {
  if (settings.keys === undefined) {
    throw new SettingsError([
      'LAUREL_KEYS="" is not usable. Allowed: storefront=KEY,crm=KEY,marketing=KEY,admin=KEY, or a file that holds them',
    ]);
  }
  const keys = KeyRing.from(settings.keys);
  keys.follow(settings.keys, problem => {
    if (problem)
      logger.error({ err: problem }, 'the file of keys changed and cannot be used; the keys stay as they were');
    else logger.info('the keys were read again');
  });
  await startTracing(settings);
  const appName = `laurel/${settings.laurelDatabase}`;
  const mongo = await connect(settings.mongodbUri, appName);
  watchAbandonedTransactions(mongo, appName, logger);
  return {
    settings,
    logger,
    keys,
    mongo,
    shopDb: mongo.db(settings.shopDatabase),
    laurelDb: mongo.db(settings.laurelDatabase),
    instanceId: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
  };
}

async function connect(uri: string, appName: string): Promise<MongoClient> {
  let mongo: MongoClient | undefined;
  try {
    mongo = new MongoClient(uri, { serverSelectionTimeoutMS: 5000, appName });
    await mongo.connect();
    await mongo.db('admin').command({ ping: 1 });
    return mongo;
  } catch (error) {
    await mongo?.close();
    throw new SettingsError([
      `MONGODB_URI: no MongoDB answers at ${withoutPassword(uri)} (${error instanceof Error ? error.message : String(error)}). Start it, or name another`,
    ]);
  }
}
