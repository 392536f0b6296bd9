import * as z from 'zod/mini';
import { CallError, errorOfStatus } from './call-error.js';

/** A service that the page calls. */
export type Service = 'recommender' | 'clustering-service' | 'feature-service' | 'events-ingester';

const configSchema = z.object({
  services: z.record(z.enum(['recommender', 'clustering-service', 'feature-service', 'events-ingester']), z.string()),
});

const problemSchema = z.object({ detail: z.string() });

const graphqlErrorsSchema = z.object({ errors: z.array(z.looseObject({ message: z.string() })) });

/** How a call is made; GET without a body unless told otherwise. */
export interface CallOptions {
  method?: 'GET' | 'POST';
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** The public APIs of Laurel's services, called with one key. */
export class Services {
  constructor(
    private readonly urls: Readonly<Record<Service, string>>,
    private readonly key: string,
  ) {}

  /** Reads where the services are. */
  static async urls(): Promise<Record<Service, string>> {
    const response = await fetch('/config.json');
    return configSchema.parse(await response.json()).services;
  }

  /**
   * Calls a service and reads its JSON by `schema`.
   *
   * @throws CallError in words for the person at the screen.
   */
  async json<T>(service: Service, path: string, schema: z.ZodMiniType<T>, options: CallOptions = {}): Promise<T> {
    const response = await this.send(service, path, options);
    return understood(service, schema, await response.json());
  }

  /**
   * Asks the recommender.
   *
   * @throws CallError like {@link json}, also for what GraphQL reports as errors.
   */
  async graphql<T>(
    query: string,
    variables: Record<string, unknown>,
    schema: z.ZodMiniType<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const response = await this.send('recommender', '/graphql', { method: 'POST', body: { query, variables }, signal });
    const answer: unknown = await response.json();
    const failed = graphqlErrorsSchema.safeParse(answer);
    if (failed.success)
      throw new CallError('refused', 'recommender', failed.data.errors.map(error => error.message).join(' '));
    return understood('recommender', z.object({ data: schema }), answer).data;
  }

  /**
   * Calls a service and gives its answer whole.
   *
   * @throws CallError when it cannot be reached or answers with an error.
   */
  async send(service: Service, path: string, { method = 'GET', body, signal }: CallOptions = {}): Promise<Response> {
    const response = await this.fetch(service, path, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
      cache: 'no-store',
    });
    if (response.ok) return response;
    throw errorOfStatus(service, response.status, detailOf(await response.json().catch(() => undefined)));
  }

  private async fetch(service: Service, path: string, init: RequestInit): Promise<Response> {
    const url = this.urls[service];
    try {
      return await fetch(`${url}${path}`, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new CallError(
        'unreachable',
        service,
        `The ${service} does not answer at ${url}. Is it running? Start Laurel with npm start, or see its log.`,
      );
    }
  }
}

function detailOf(body: unknown): string | undefined {
  const problem = problemSchema.safeParse(body);
  if (problem.success) return problem.data.detail;
  const graphql = graphqlErrorsSchema.safeParse(body);
  return graphql.success ? graphql.data.errors.map(error => error.message).join(' ') : undefined;
}

function understood<T>(service: Service, schema: z.ZodMiniType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const where = result.error.issues.map(issue => issue.path.join('.') || 'answer').slice(0, 3);
  throw new CallError(
    'not-understood',
    service,
    `The ${service} answered in a shape this page does not know (${where.join(', ')}). Are all apps of one version?`,
  );
}
