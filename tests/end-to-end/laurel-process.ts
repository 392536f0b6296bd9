import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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

export type Scope = 'storefront' | 'crm' | 'marketing' | 'admin';

/** Laurel as its users run it: a process of its own, reached only through its ports. */
export class LaurelProcess {
  readonly environment: Record<string, string>;
  output = '';
  private child: ChildProcess | undefined;

  private constructor(
    readonly home: string,
    readonly portBase: number,
    readonly names: { shop: string; laurel: string; prefix: string },
    private readonly keys: Record<Scope, string>,
    servers: { mongodbUri: string; kafkaBrokers: string } | undefined,
  ) {
    this.environment = {
      ...(servers && { MONGODB_URI: servers.mongodbUri, KAFKA_BROKERS: servers.kafkaBrokers }),
      SHOP_DATABASE: names.shop,
      LAUREL_DATABASE: names.laurel,
      TOPIC_PREFIX: names.prefix,
      LAUREL_HOME: home,
      LAUREL_PORT_BASE: String(portBase),
      LAUREL_KEYS: Object.entries(keys)
        .map(([scope, key]) => `${scope}=${key}`)
        .join(','),
    };
  }

  /** Prepares a Laurel with names, ports and a home of its own; nothing runs yet. Without `servers` it starts its own. */
  static async prepare(servers?: { mongodbUri: string; kafkaBrokers: string }): Promise<LaurelProcess> {
    const mark = randomBytes(4).toString('hex');
    const key = (scope: Scope) => `${scope}-${randomBytes(12).toString('hex')}`;
    return new LaurelProcess(
      await mkdtemp(join(tmpdir(), 'laurel-e2e-')),
      await freePortBase(),
      { shop: `shop_${mark}`, laurel: `laurel_${mark}`, prefix: `e2e-${mark}` },
      { storefront: key('storefront'), crm: key('crm'), marketing: key('marketing'), admin: key('admin') },
      servers,
    );
  }

  /** Starts `laurel COMMAND`. */
  launch(command: 'serve' | 'start', extraEnvironment: Record<string, string> = {}): void {
    this.child = spawn(process.execPath, [BIN, command], {
      env: { ...process.env, NO_COLOR: '1', ...this.environment, ...extraEnvironment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Sends a signal and waits for the process to end; gives its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }

  /** Waits for the process to end by itself. */
  async exited(): Promise<number | null> {
    if (this.child && this.child.exitCode === null) await once(this.child, 'exit');
    return this.child?.exitCode ?? null;
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.home, { recursive: true, force: true });
  }

  url(service: Service, path = ''): string {
    return `http://127.0.0.1:${this.portBase + PORT_OFFSETS[service]}${path}`;
  }

  /** Calls a service with the key of a scope, or with whatever `authorization` says. */
  call(
    service: Service,
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
  async json<T>(service: Service, path: string, as: Scope, init?: RequestInit): Promise<T> {
    const response = await this.call(service, path, as, init);
    if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Sends a GraphQL query and gives `data`; errors fail. */
  async graphql<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const body = JSON.stringify({ query, variables });
    const answer = await this.json<{ data: T; errors?: unknown }>('recommender', '/graphql', 'storefront', {
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
      if (this.child?.exitCode != null)
        throw new Error(`Laurel ended while waiting: ${what}\n${this.output.slice(-4000)}`);
      try {
        const value = await probe();
        if (value !== undefined && value !== false) return value;
      } catch (error) {
        last = error;
      }
      await sleep(50);
    }
    throw new Error(
      `Not within ${timeoutMs} ms: ${what}. ${last instanceof Error ? last.message : ''}\n${this.output.slice(-2000)}`,
    );
  }

  /** Waits until every service is ready and all that the shop holds is in the warehouse. */
  async settled(timeoutMs = 90_000): Promise<void> {
    await this.eventually(
      'everything settled',
      async () => {
        for (const service of Object.keys(PORT_OFFSETS) as Service[]) {
          if (!(await fetch(this.url(service, '/health/ready'))).ok) return false;
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

async function freePortBase(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const base = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all([0, 1, 2, 3, 4, 5, 6].map(offset => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no seven free ports in a row');
}

function isFree(port: number): Promise<boolean> {
  return new Promise(answer => {
    const server = createServer();
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}
