import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openTransport, Topics } from '@laurel/change-log';
import { APP_NAMES, createLogger, type Settings } from '@laurel/service';
import { SHOP_COLLECTIONS } from '@laurel/shop';
import { MongoClient, Timestamp } from 'mongodb';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';

/** What one check found. `mend` says how to put it right; `warn` leaves Laurel working. */
export interface Finding {
  check: string;
  state: 'ok' | 'warn' | 'fail';
  found: string;
  mend?: string;
}

const MINIMUM_OPLOG_HOURS = 24;
const MINIMUM_FREE_GB = 5;
const MAXIMUM_CLOCK_SKEW_MS = 2000;

/** Looks at everything Laurel depends on. Checks go on after a failure, so that one run names all there is to mend. */
export async function examine(settings: Settings): Promise<Finding[]> {
  const findings = await Promise.all([
    examineMongo(settings),
    examineKafka(settings),
    examineDisk(settings),
    examineServices(settings),
  ]);
  return findings.flat();
}

const helloSchema = z.looseObject({ setName: z.string().optional(), localTime: z.date() });
const oplogEntrySchema = z.looseObject({ ts: z.instanceof(Timestamp) });

async function examineMongo(settings: Settings): Promise<Finding[]> {
  const client = new MongoClient(settings.mongodbUri, { serverSelectionTimeoutMS: 3000 });
  try {
    await client.connect();
    const hello = helloSchema.parse(await client.db('admin').command({ hello: 1 }));
    const skewMs = Math.abs(hello.localTime.getTime() - Date.now());
    const findings: Finding[] = [{ check: 'MongoDB', state: 'ok', found: 'answers' }];
    findings.push(
      hello.setName
        ? { check: 'MongoDB replica set', state: 'ok', found: hello.setName }
        : {
            check: 'MongoDB replica set',
            state: 'fail',
            found: 'a standalone server',
            mend: 'Change streams need a replica set: start mongod with --replSet and run rs.initiate().',
          },
    );
    findings.push({
      check: 'clocks',
      state: skewMs <= MAXIMUM_CLOCK_SKEW_MS ? 'ok' : 'warn',
      found: `${skewMs} ms apart`,
      ...(skewMs > MAXIMUM_CLOCK_SKEW_MS && { mend: 'Synchronise the clocks of this machine and of MongoDB (NTP).' }),
    });
    findings.push(...(await examineShop(client, settings)));
    if (hello.setName) findings.push(await examineOplog(client));
    return findings;
  } catch (error) {
    return [
      {
        check: 'MongoDB',
        state: 'fail',
        found: messageOf(error),
        mend: 'Start it, or set MONGODB_URI to one that runs.',
      },
    ];
  } finally {
    await client.close();
  }
}

async function examineShop(client: MongoClient, settings: Settings): Promise<Finding[]> {
  const collections = await client.db(settings.shopDatabase).listCollections().toArray();
  return SHOP_COLLECTIONS.map(name => {
    const check = `collection ${settings.shopDatabase}.${name}`;
    const collection = collections.find(candidate => candidate.name === name);
    if (!collection) {
      return {
        check,
        state: 'warn',
        found: 'not there',
        mend: 'Laurel picks it up once it exists. Is SHOP_DATABASE right?',
      };
    }
    const images = 'options' in collection && collection.options?.['changeStreamPreAndPostImages'];
    return images && typeof images === 'object' && 'enabled' in images && images.enabled === true
      ? { check, state: 'ok', found: 'pre- and post-images on' }
      : {
          check,
          state: 'warn',
          found: 'pre- and post-images off',
          mend: `Let Laurel's user run collMod, or run: db.runCommand({collMod: "${name}", changeStreamPreAndPostImages: {enabled: true}})`,
        };
  });
}

async function examineOplog(client: MongoClient): Promise<Finding> {
  const check = 'oplog window';
  try {
    const oplog = client.db('local').collection('oplog.rs');
    const [first, last] = await Promise.all(
      [1, -1].map(async direction =>
        oplogEntrySchema
          .parse(await oplog.findOne({}, { sort: { $natural: direction === 1 ? 1 : -1 }, projection: { ts: 1 } }))
          .ts.getHighBits(),
      ),
    );
    const hours = ((last ?? 0) - (first ?? 0)) / 3600;
    const stats = z
      .looseObject({ maxSize: z.number(), size: z.number() })
      .parse(await client.db('local').command({ collStats: 'oplog.rs' }));
    const filled = stats.size / stats.maxSize;
    if (hours >= MINIMUM_OPLOG_HOURS || filled < 0.9)
      return { check, state: 'ok', found: `${hours.toFixed(1)} h, ${Math.round(filled * 100)} % full` };
    return {
      check,
      state: 'warn',
      found: `${hours.toFixed(1)} h`,
      mend: 'If capture stands still longer than this, changes are lost and a new snapshot is taken. Enlarge it: db.adminCommand({replSetResizeOplog: 1, size: MB}).',
    };
  } catch (error) {
    return {
      check,
      state: 'warn',
      found: messageOf(error),
      mend: 'Allow Laurel\'s user to read the database "local".',
    };
  }
}

async function examineKafka(settings: Settings): Promise<Finding[]> {
  const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
  const transport = await openTransport(settings, createLogger({ logLevel: 'silent' })).catch((error: unknown) =>
    messageOf(error),
  );
  if (typeof transport === 'string') {
    return [
      { check: 'Kafka', state: 'fail', found: transport, mend: 'Start it, or set KAFKA_BROKERS to brokers that run.' },
    ];
  }
  try {
    const count = await transport.partitionCount(topics.checkpoint).catch(() => 0);
    const found = count > 0 ? 'topics are there' : 'answers; Laurel has not made its topics yet';
    return [{ check: 'Kafka', state: 'ok', found }];
  } finally {
    await transport.close();
  }
}

async function examineDisk(settings: Settings): Promise<Finding[]> {
  try {
    const folder = dirname(settings.duckdbPath);
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const freeGb = (bavail * bsize) / 1e9;
    const enough = freeGb >= MINIMUM_FREE_GB;
    return [
      {
        check: 'disk',
        state: enough ? 'ok' : 'warn',
        found: `${freeGb.toFixed(1)} GB free at ${folder}`,
        ...(!enough && { mend: 'Make room, or set LAUREL_HOME or DUCKDB_PATH to a larger disk.' }),
      },
    ];
  } catch (error) {
    return [
      {
        check: 'disk',
        state: 'fail',
        found: messageOf(error),
        mend: 'Set LAUREL_HOME to a folder that can be written.',
      },
    ];
  }
}

async function examineServices(settings: Settings): Promise<Finding[]> {
  const api = new LaurelApi(settings);
  return Promise.all(
    APP_NAMES.map(async app => {
      const check = `${app} at ${api.baseUrl(app)}`;
      const response = await fetch(`${api.baseUrl(app)}/health/ready`).catch(() => undefined);
      if (!response)
        return { check, state: 'warn' as const, found: 'does not run', mend: 'npm start, or npx laurel serve' };
      if (response.ok) return { check, state: 'ok' as const, found: 'ready' };
      return { check, state: 'warn' as const, found: 'not ready', mend: `See ${api.baseUrl(app)}/health/ready` };
    }),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
