import { MongoClient, MongoServerError, type Db, type Document } from 'mongodb';

/** The name of the replica set. */
export const REPLICA_SET = 'laurel';

const NOT_YET_INITIALIZED = 94;
const ALREADY_INITIALIZED = 23;

/** The address by which clients reach a replica set of one. */
export function replicaSetUri(port: number): string {
  return `mongodb://127.0.0.1:${port}/?directConnection=true`;
}

/**
 * One step towards a server that takes writes: makes the replica set where there is none, moves it to this port where it
 * was on another one, and tells whether a write of its own was acknowledged by the majority.
 */
export async function advanceReplicaSet(port: number): Promise<boolean> {
  const client = new MongoClient(replicaSetUri(port), { serverSelectionTimeoutMS: 1000, connectTimeoutMS: 1000 });
  try {
    const admin = client.db('admin');
    const host = `127.0.0.1:${port}`;
    const config = await currentConfig(admin);
    if (!config) await initiate(admin, host);
    else if (config.members[0]?.['host'] !== host) await moveTo(admin, config, host);
    return await wrote(admin);
  } finally {
    await client.close();
  }
}

/** Whether the server on this port takes writes: one of our own was acknowledged by the majority. */
export async function takesWrites(port: number): Promise<boolean> {
  const client = new MongoClient(replicaSetUri(port), { serverSelectionTimeoutMS: 1000, connectTimeoutMS: 1000 });
  try {
    return await wrote(client.db('admin'));
  } finally {
    await client.close();
  }
}

async function wrote(admin: Db): Promise<boolean> {
  const hello = await admin.command({ hello: 1 });
  if (hello['isWritablePrimary'] !== true) return false;
  await admin.command({
    appendOplogNote: 1,
    data: { laurel: 'ready' },
    writeConcern: { w: 'majority', wtimeout: 1000 },
  });
  return true;
}

interface ReplicaSetConfig extends Document {
  version: number;
  members: Document[];
}

async function currentConfig(admin: Db): Promise<ReplicaSetConfig | undefined> {
  try {
    const { config } = await admin.command({ replSetGetConfig: 1 });
    return isConfig(config) ? config : undefined;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}

function isConfig(value: unknown): value is ReplicaSetConfig {
  return typeof value === 'object' && value !== null && 'members' in value && Array.isArray(value.members);
}

async function initiate(admin: Db, host: string): Promise<void> {
  try {
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === ALREADY_INITIALIZED)) throw error;
  }
}

async function moveTo(admin: Db, config: ReplicaSetConfig, host: string): Promise<void> {
  const members = config.members.map((member, index) => (index === 0 ? { ...member, host } : member));
  await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
}
