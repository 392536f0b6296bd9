import { readOplogWindow } from '@laurel/change-log';
import type { Settings } from '@laurel/service';
import { MongoClient } from 'mongodb';
import { z } from 'zod';
import { clockSkew } from './clock-skew.js';
import { examineOplog } from './examine-oplog.js';
import { type Finding, messageOf } from './finding.js';
import { connectionStatusSchema, missingRights, type NeededRights } from './mongo-rights.js';

const MINIMUM_VERSION = 6;

const helloSchema = z.looseObject({ setName: z.string().optional(), msg: z.string().optional(), localTime: z.date() });
const buildInfoSchema = z.looseObject({ version: z.string(), versionArray: z.array(z.number()) });

/** Looks at MongoDB: version, replica set, clock, rights, the images of `collections`, and the oplog against how far capture has come. */
export async function examineMongo(
  settings: Settings,
  collections: readonly string[],
  capturedUntil: Date | undefined,
): Promise<Finding[]> {
  const client = new MongoClient(settings.mongodbUri, { serverSelectionTimeoutMS: 3000 });
  try {
    await client.connect();
    const admin = client.db('admin');
    const askedMs = Date.now();
    const hello = helloSchema.parse(await admin.command({ hello: 1 }));
    const clock = clockSkew('MongoDB', hello.localTime, askedMs, Date.now());
    const sharded = hello.msg === 'isdbgrid';
    return [
      versionFinding(buildInfoSchema.parse(await admin.command({ buildInfo: 1 }))),
      setFinding(hello.setName, sharded),
      clock,
      ...(await rightsFindings(client, settings)),
      ...(await imageFindings(client, settings, collections)),
      ...(hello.setName ? [await oplogFinding(client, capturedUntil)] : []),
    ];
  } catch (error) {
    const mend = 'Start it, or set MONGODB_URI to one that runs.';
    return [{ check: 'MongoDB', state: 'fail', found: messageOf(error), mend }];
  } finally {
    await client.close();
  }
}

function versionFinding({ version, versionArray: [major = 0] }: z.infer<typeof buildInfoSchema>): Finding {
  const check = 'MongoDB';
  if (major >= MINIMUM_VERSION) return { check, state: 'ok', found: `answers, version ${version}` };
  return { check, state: 'fail', found: `version ${version}`, mend: 'Pre- and post-images need MongoDB 6.0 or newer.' };
}

function setFinding(setName: string | undefined, sharded: boolean): Finding {
  const check = 'MongoDB replica set';
  if (setName !== undefined || sharded) return { check, state: 'ok', found: setName ?? 'a sharded cluster' };
  const mend = 'Change streams need a replica set: start mongod with --replSet and run rs.initiate().';
  return { check, state: 'fail', found: 'a standalone server', mend };
}

async function rightsFindings(client: MongoClient, { shopDatabase, laurelDatabase }: Settings): Promise<Finding[]> {
  const answer = await client.db('admin').command({ connectionStatus: 1, showPrivileges: true });
  const { authenticatedUsers, authenticatedUserPrivileges } = connectionStatusSchema.parse(answer).authInfo;
  const [signedIn] = authenticatedUsers;
  if (!signedIn)
    return [{ check: 'MongoDB rights', state: 'ok', found: 'signed in as nobody: this server asks for no user' }];
  const { user } = signedIn;
  const ask = (what: string, needed: NeededRights, state: 'warn' | 'fail', mend: string): Finding => {
    const check = `MongoDB rights: ${what}`;
    const missing = missingRights(authenticatedUserPrivileges, needed);
    if (missing.length === 0) return { check, state: 'ok', found: `${user} may` };
    return { check, state, found: `${user} may not ${missing.join(', ')} on ${needed.db}`, mend };
  };
  const grant = (role: string, db: string) =>
    `db.getSiblingDB("admin").grantRolesToUser("${user}", [{role: "${role}", db: "${db}"}]), in the database where the user was made.`;
  const readWrite = ['find', 'insert', 'update', 'remove', 'createCollection', 'createIndex', 'dropCollection'];
  return [
    ask(
      'follow the shop',
      { db: shopDatabase, collection: '', actions: ['find', 'changeStream', 'listCollections'] },
      'fail',
      grant('read', shopDatabase),
    ),
    ask(
      "write Laurel's own database",
      { db: laurelDatabase, collection: '', actions: readWrite },
      'fail',
      grant('readWrite', laurelDatabase),
    ),
    ask(
      'switch on images',
      { db: shopDatabase, collection: '', actions: ['collMod'] },
      'warn',
      `Switch them on yourself (below), or ${grant('dbAdmin', shopDatabase)}`,
    ),
    ask(
      'read the oplog window',
      { db: 'local', collection: 'oplog.rs', actions: ['find', 'collStats'] },
      'warn',
      grant('read', 'local'),
    ),
  ];
}

async function imageFindings(
  client: MongoClient,
  { shopDatabase }: Settings,
  names: readonly string[],
): Promise<Finding[]> {
  const collections = await client.db(shopDatabase).listCollections({}, { nameOnly: false }).toArray();
  return names.map((name): Finding => {
    const check = `collection ${shopDatabase}.${name}`;
    const collection = collections.find(candidate => candidate.name === name);
    if (!collection)
      return {
        check,
        state: 'warn',
        found: 'not there',
        mend: 'Laurel picks it up once it exists. Is SHOP_DATABASE right?',
      };
    const images: unknown = collection.options?.['changeStreamPreAndPostImages'];
    const on = typeof images === 'object' && images !== null && 'enabled' in images && images.enabled === true;
    if (on) return { check, state: 'ok', found: 'pre- and post-images on' };
    return {
      check,
      state: 'warn',
      found: 'pre- and post-images off',
      mend: `Let Laurel's user run collMod, or run: db.runCommand({collMod: "${name}", changeStreamPreAndPostImages: {enabled: true}})`,
    };
  });
}

async function oplogFinding(client: MongoClient, capturedUntil: Date | undefined): Promise<Finding> {
  try {
    return examineOplog(await readOplogWindow(client), capturedUntil);
  } catch (error) {
    const mend = 'Allow Laurel\'s user to read the database "local".';
    return { check: 'oplog window', state: 'warn', found: messageOf(error), mend };
  }
}
