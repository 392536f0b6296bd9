import { mongodProgram } from '@laurel/stack';
import { freePort } from '@laurel/service';
import { MongoClient, MongoServerError } from 'mongodb';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.js';

const SET = 'faults';
const ALREADY_INITIALIZED = 23;

export interface MongoSetOptions {
  members: number;
  /** The size of the oplog. */
  oplogMb?: number;
  /** How long a member has to be silent to count as gone. */
  electionMs?: number;
}

/** A replica set of mongod processes of one scenario's own. */
export class MongoSet implements AsyncDisposable {
  /** Of all members. */
  readonly uri: string;
  readonly #program: string;
  readonly #folder: string;
  readonly #ports: readonly number[];
  readonly #oplogMb: number;
  readonly #members = new Map<number, ChildProcess>();

  private constructor(program: string, folder: string, ports: readonly number[], oplogMb: number) {
    this.#program = program;
    this.#folder = folder;
    this.#ports = ports;
    this.#oplogMb = oplogMb;
    this.uri = `mongodb://${ports.map(hostOf).join(',')}/?replicaSet=${SET}`;
  }

  static async start({ members, oplogMb = 256, electionMs = 2000 }: MongoSetOptions): Promise<MongoSet> {
    const ports: number[] = [];
    while (ports.length < members) ports.push(await freePort());
    const folder = await mkdtemp(join(tmpdir(), 'laurel-mongo-set-'));
    const set = new MongoSet(await mongodProgram(), folder, ports, oplogMb);
    process.once('exit', () => set.#killAll());
    for (const port of ports) await set.startMember(port);
    await set.#initiate(electionMs);
    await set.primary();
    return set;
  }

  /** The ports of the members. */
  get ports(): readonly number[] {
    return this.#ports;
  }

  /** Starts a member that does not run. */
  async startMember(port: number): Promise<void> {
    const data = join(this.#folder, String(port));
    await mkdir(data, { recursive: true });
    const child = spawn(
      this.#program,
      [
        ...['--replSet', SET, '--dbpath', data, '--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'],
        ...['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', String(this.#oplogMb), '--syncdelay', '1'],
        ...[
          '--setParameter',
          'diagnosticDataCollectionEnabled=false',
          '--logpath',
          join(data, 'log.txt'),
          '--logappend',
        ],
      ],
      { stdio: 'ignore' },
    );
    this.#members.set(port, child);
  }

  /** The port of the member that takes writes, once a majority has acknowledged one. */
  primary(): Promise<number> {
    return until('the set has a primary', async () => {
      for (const port of this.#ports) {
        const isPrimary = await this.onMember(port, async client => {
          const admin = client.db('admin');
          if ((await admin.command({ hello: 1 }))['isWritablePrimary'] !== true) return false;
          await admin.command({ appendOplogNote: 1, data: {}, writeConcern: { w: 'majority', wtimeout: 1000 } });
          return true;
        }).catch(() => false);
        if (isPrimary) return port;
      }
      return undefined;
    });
  }

  /** Does something on one member, over a connection of its own. */
  async onMember<T>(port: number, work: (client: MongoClient) => Promise<T>): Promise<T> {
    const client = new MongoClient(`mongodb://${hostOf(port)}/?directConnection=true`, {
      serverSelectionTimeoutMS: 1000,
      socketTimeoutMS: 10_000,
    });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  async kill(port: number): Promise<void> {
    const child = this.#members.get(port);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#ports.map(port => this.kill(port)));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #initiate(electionTimeoutMillis: number): Promise<void> {
    const [first = 0] = this.#ports;
    const members = this.#ports.map((port, _id) => ({ _id, host: hostOf(port) }));
    const config = { _id: SET, members, settings: { electionTimeoutMillis } };
    await until('the set is made', () =>
      this.onMember(first, async client => {
        await client
          .db('admin')
          .command({ replSetInitiate: config })
          .catch((error: unknown) => {
            if (!(error instanceof MongoServerError && error.code === ALREADY_INITIALIZED)) throw error;
          });
        return true;
      }),
    );
  }

  #killAll(): void {
    for (const child of this.#members.values()) child.kill('SIGKILL');
  }
}

function hostOf(port: number): string {
  return `127.0.0.1:${port}`;
}
