import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KeyRing, type AppName, type Scope, type Settings } from '@laurel/service';
import { z } from 'zod';

/** A call to one of Laurel's services that did not work; the message says what to do. */
export class LaurelApiError extends Error {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
    this.name = 'LaurelApiError';
  }
}

const problemSchema = z.object({ detail: z.string() });

/** What a call may carry beside its address. */
export interface ApiCall {
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** Where `npm start` keeps the keys it made. */
export function keysFile(home: string): string {
  return join(home, 'keys');
}

/** The services' public APIs, as the command line calls them: with the admin key, on this machine. */
export class LaurelApi {
  constructor(private readonly settings: Settings) {}

  /** Calls a service and reads its JSON answer by `schema`. */
  async json<T>(app: AppName, method: string, path: string, schema: z.ZodType<T>, call: ApiCall = {}): Promise<T> {
    const response = await this.send(app, method, path, call);
    return schema.parse(await response.json());
  }

  /**
   * Calls a service and gives its answer whole.
   *
   * @throws LaurelApiError when it cannot be reached or answers with an error.
   */
  async send(app: AppName, method: string, path: string, { body, headers }: ApiCall = {}): Promise<Response> {
    const base = this.baseUrl(app);
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${this.key('admin')}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new LaurelApiError(
        `The ${app} does not answer at ${base}. Start Laurel with "npm start", or name its port (LAUREL_PORT_BASE).`,
      );
    });
    if (response.ok) return response;
    if (response.status === 401) {
      throw new LaurelApiError(`The ${app} does not know the admin key of ${this.keySource()}.`, 401);
    }
    const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
    throw new LaurelApiError(
      problem.success ? problem.data.detail : `${app}: HTTP ${response.status}`,
      response.status,
    );
  }

  /** `http://127.0.0.1:PORT` of a service. */
  baseUrl(app: AppName): string {
    const host = this.settings.host === '0.0.0.0' ? '127.0.0.1' : this.settings.host;
    return `http://${host}:${this.settings.ports[app]}`;
  }

  /**
   * The key of a scope, from `LAUREL_KEYS` or from the file that `npm start` wrote.
   *
   * @throws LaurelApiError when there is none.
   */
  key(scope: Scope): string {
    const key = this.findKey(scope);
    if (key !== undefined) return key;
    throw new LaurelApiError(
      this.keyList() === undefined
        ? `There are no keys: set LAUREL_KEYS, or run "npm start" once, which writes ${keysFile(this.settings.home)}.`
        : `${this.keySource()} holds no ${scope} key.`,
    );
  }

  /** The key of a scope, or undefined where there is none. */
  findKey(scope: Scope): string | undefined {
    const list = this.keyList();
    return list === undefined ? undefined : KeyRing.find(list, scope);
  }

  private keyList(): string | undefined {
    const file = keysFile(this.settings.home);
    return this.settings.keys ?? (existsSync(file) ? file : undefined);
  }

  private keySource(): string {
    return this.settings.keys === undefined ? keysFile(this.settings.home) : 'LAUREL_KEYS';
  }
}
