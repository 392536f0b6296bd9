import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DynamicModule, Type } from '@nestjs/common';
import { MongoClient, type Db } from 'mongodb';
import { pino, type Logger } from 'pino';
import type { AccessRule } from './access/access-rules.js';
import { KeyRing } from './access/key-ring.js';
import { SettingsError, type AppName, type Settings } from './settings/settings.js';

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
    throw new SettingsError(['LAUREL_KEYS="" is not usable. Allowed: storefront=KEY,crm=KEY,marketing=KEY,admin=KEY, or a file that holds them']);
  }
  const keys = KeyRing.from(settings.keys);
  const mongo = new MongoClient(settings.mongodbUri, { serverSelectionTimeoutMS: 5000, appName: 'laurel' });
  try {
    await mongo.connect();
    await mongo.db('admin').command({ ping: 1 });
  } catch (error) {
    await mongo.close();
    throw new SettingsError([
      `MONGODB_URI: no MongoDB answers at ${withoutPassword(settings.mongodbUri)} (${error instanceof Error ? error.message : String(error)}). Start it, or name another`,
    ]);
  }
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

/** A logger that writes JSON lines to `destination` (default: standard output) at the settings' level. */
export function createLogger(settings: Pick<Settings, 'logLevel'>, destination?: string): Logger {
  return pino(
    { level: settings.logLevel, redact: ['req.headers.authorization', 'headers.authorization'] },
    pino.destination({ dest: destination ?? 1, mkdir: true, sync: false }),
  );
}

function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//…@');
}
