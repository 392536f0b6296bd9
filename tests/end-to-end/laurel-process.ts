import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@laurel/service';

const BIN = resolve(import.meta.dirname, '../../apps/laurel/bin/laurel.js');

/** The services by the order of their ports. */
const PORT_OFFSETS = {
  recommender: 0,
  'clustering-service': 1,
  'feature-service': 2,
  'events-ingester': 3,
  dashboard: 4,
} as const;

export type Service = keyof typeof PORT_OFFSETS;

/** A process of a distributed Laurel beyond the one of each app: what it runs, and its port. */
export interface Replica {
  name: string;
  app: Service;
  portOffset: number;
  only?: string;
}

/** A second process that loads, beside the one that also captures. */
export const SECOND_LOAD: Replica = { name: 'load-2', app: 'events-ingester', portOffset: 7, only: 'load' };

/** Ports in a row that one Laurel may use. */
const PORTS = 12;

/** The servers that a Laurel works with. With BigQuery every app is a process of its own. */
export interface Servers {
  mongodbUri: string;
  kafkaBrokers: string;
  bigquery?: { project: string; apiEndpoint: string; storageEndpoint: string };
}

export type Scope = 'storefront' | 'crm' | 'marketing' | 'admin';

/** Laurel as its users run it: a process of its own, or one for each app, reached only through their ports. */
export class LaurelProcess {
  readonly environment: Record<string, string>;
  output = '';
  private readonly children = new Map<string, ChildProcess>();

  private constructor(
    readonly home: string,
    readonly portBase: number,
    readonly names: { shop: string; laurel: string; prefix: string },
    private readonly keys: Record<Scope, string>,
    private readonly servers: Servers | undefined,
  ) {
    this.environment = {
      ...(servers && { MONGODB_URI: servers.mongodbUri, KAFKA_BROKERS: servers.kafkaBrokers }),
      ...(servers?.bigquery && {
        WAREHOUSE: 'bigquery',
        BIGQUERY_PROJECT: servers.bigquery.project,
        BIGQUERY_DATASET: names.laurel,
        BIGQUERY_API_ENDPOINT: servers.bigquery.apiEndpoint,
        BIGQUERY_STORAGE_ENDPOINT: servers.bigquery.storageEndpoint,
      }),
      SHOP_DATABASE: names.shop,
      LAUREL_DATABASE: names.laurel,
      TOPIC_PREFIX: names.prefix,
      LAUREL_HOME: home,
      LAUREL_PORT_BASE: String(portBase),
      LAUREL_KEYS: this.keysFile,
      WEBHOOK_PRIVATE_HOSTS: '127.0.0.1',
    };
  }

  /** Prepares a Laurel with names, ports and a home of its own; nothing runs yet. Without `servers` it starts its own. */
  static async prepare(servers?: Servers): Promise<LaurelProcess> {
    const mark = randomBytes(4).toString('hex');
    const key = (scope: Scope) => `${scope}-${randomBytes(12).toString('hex')}`;
    const keys = { storefront: key('storefront'), crm: key('crm'), marketing: key('marketing'), admin: key('admin') };
    const names = { shop: `shop_${mark}`, laurel: `laurel_${mark}`, prefix: `e2e-${mark}` };
    const home = await mkdtemp(join(tmpdir(), 'laurel-e2e-'));
    const laurel = new LaurelProcess(home, await freePort(PORTS), names, keys, servers);
    const lines = Object.entries(keys).map(([scope, value]) => `${scope}=${value}\n`);
    await writeFile(laurel.keysFile, lines.join(''), { mode: 0o600 });
    return laurel;
  }

  /** Starts `laurel COMMAND`: one process, or with BigQuery one for each app and a second that loads. */
  launch(command: 'serve' | 'start', extraEnvironment: Record<string, string> = {}): void {
    if (command === 'start' || !this.servers?.bigquery) {
      this.spawn('laurel', [command], extraEnvironment);
      return;
    }
    for (const app of Object.keys(PORT_OFFSETS)) this.spawn(app, ['serve', app], extraEnvironment);
    this.launchReplica(SECOND_LOAD);
  }

  /** Starts one process more of an app. */
  launchReplica({ name, app, portOffset, only }: Replica): void {
    const portSetting = `${app.toUpperCase().replace('-', '_')}_PORT`;
    this.spawn(name, ['serve', app, ...(only ? ['--only', only] : [])], {
      [portSetting]: String(this.portBase + portOffset),
    });
  }

  /** Sends a signal to every process, or to one by name, and waits for the end; gives the exit code of the first that has one. */
  async end(signal: NodeJS.Signals, only?: string): Promise<number | null> {
    const ended = [...this.children].filter(([name]) => only === undefined || name === only);
    for (const [name] of ended) this.children.delete(name);
    await Promise.all(
      ended.map(async ([, child]) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.kill(signal);
        await exited;
      }),
    );
    return ended.map(([, { exitCode }]) => exitCode).find(code => code !== null) ?? null;
  }

  /** Waits for the process to end by itself. */
  async exited(): Promise<number | null> {
    const [child] = this.children.values();
    if (child && child.exitCode === null) await once(child, 'exit');
    return child?.exitCode ?? null;
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.home, { recursive: true, force: true });
  }

  private spawn(name: string, args: string[], extraEnvironment: Record<string, string>): void {
    const child = spawn(process.execPath, [BIN, ...args], {
      env: { ...process.env, NO_COLOR: '1', LAUREL_STACK: 'packages', ...this.environment, ...extraEnvironment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.set(name, child);
    const mark = args.length > 1 ? `${name}: ` : '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString().replaceAll(/^(?=.)/gm, mark)));
    }
  }

  /** Where the keys of the APIs lie. */
  get keysFile(): string {
    return join(this.home, 'keys-of-the-apis');
  }

  /** The key of a scope. */
  key(scope: Scope): string {
    return this.keys[scope];
  }

  url(service: Service | Replica, path = ''): string {
    const offset = typeof service === 'string' ? PORT_OFFSETS[service] : service.portOffset;
    return `http://127.0.0.1:${this.portBase + offset}${path}`;
  }

  /** Calls a service with the key of a scope, or with whatever `authorization` says. */
  call(
    service: Service | Replica,
    path: string,
    as: Scope | { authorization?: string },
    init: RequestInit = {},
  ): Promise<Response> {
    const authorization = typeof as === 'string' ? `Bearer ${this.keys[as]}` : as.authorization;
    return fetch(this.url(service, path), {
      ...init,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(init.body != null && { 'content-type': 'application/json' }),
        ...init.headers,
      },
    });
  }

  /** Calls a service and reads its JSON. An error answer fails with its text. */
  async json<T>(service: Service | Replica, path: string, as: Scope, init?: RequestInit): Promise<T> {
    const response = await this.call(service, path, as, init);
    if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Sends a GraphQL query and gives `data`; errors fail. */
  async graphql<T>(
    query: string,
    variables: Record<string, unknown> = {},
    of: Service | Replica = 'recommender',
  ): Promise<T> {
    const body = JSON.stringify({ query, variables });
    const answer = await this.json<{ data: T; errors?: unknown }>(of, '/graphql', 'storefront', {
      method: 'POST',
      body,
    });
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  /** Waits until `probe` gives something other than undefined or false; an error counts as not yet. */
  async eventually<T>(what: string, probe: () => Promise<T | undefined | false>, timeoutMs = 60_000): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    let last: unknown;
    while (Date.now() < deadline) {
      for (const [name, { exitCode }] of this.children)
        if (exitCode !== null) throw new Error(`${name} ended while waiting: ${what}\n${this.output.slice(-4000)}`);
      try {
        const value = await probe();
        if (value !== undefined && value !== false) return value;
      } catch (error) {
        last = error;
      }
      await sleep(50);
    }
    throw new Error(
      `Not within ${timeoutMs} ms: ${what}. ${last instanceof Error ? last.message : ''}\n${this.output.slice(-12000)}`,
    );
  }

  /** Waits until every service is ready and all that the shop holds is in the warehouse. */
  async settled(timeoutMs = 150_000): Promise<void> {
    await this.eventually(
      'everything settled',
      async () => {
        for (const service of Object.keys(PORT_OFFSETS) as Service[]) {
          const ready = await fetch(this.url(service, '/health/ready')).catch(() => undefined);
          if (!ready?.ok) throw new Error(`${service}: ${ready ? await ready.text() : 'does not listen'}`);
        }
        const status = await this.json<{ capture: { state: string }; load: { lag: number } }>(
          'events-ingester',
          '/v1/status',
          'admin',
        );
        return status.capture.state === 'streaming' && status.load.lag === 0;
      },
      timeoutMs,
    );
  }

  /** Trains a model and waits for the end of the run. */
  async train(model: 'user_clusters' | 'product_affinity'): Promise<void> {
    const run = await this.json<{ id: string }>('clustering-service', `/v1/models/${model}:train`, 'admin', {
      method: 'POST',
    });
    await this.eventually(`${model} trained`, async () => {
      const now = await this.json<{ status: string; reason?: string }>(
        'clustering-service',
        `/v1/training-runs/${run.id}`,
        'admin',
      );
      if (now.status === 'failed' || now.status === 'refused') throw new Error(`${model}: ${now.status} ${now.reason}`);
      return now.status !== 'queued' && now.status !== 'running';
    });
  }
}
