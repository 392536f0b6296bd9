import { print } from '@0no-co/graphql.web';
import type { TadaDocumentNode } from 'gql.tada';
import { StorefrontError } from './storefront-error.js';

/** Where the recommender is, and how long a page may wait for it. */
export interface StorefrontClientOptions {
  /** The recommender's address, for example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** A storefront key. It opens every customer's recommendations: keep it on your server. */
  readonly key: string;
  /** After this long the page is shown without the list. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 2000;

/** Asks the recommender's GraphQL endpoint; answers have the types of their documents (see {@link graphql}). Runs in Node and in browsers. */
export class StorefrontClient {
  /** The same text each time, so that the recommender reads and compiles it once. */
  readonly #texts = new WeakMap<object, string>();

  constructor(private readonly options: StorefrontClientOptions) {}

  /**
   * Asks one document.
   *
   * @throws StorefrontError where the recommender is not reached in time, refuses the key or the arguments, or cannot answer; the reason of `signal` where that was aborted.
   */
  async ask<Answer, Variables>(
    document: TadaDocumentNode<Answer, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const response = await this.#post({ query: this.#textOf(document), variables }, signal);
    const body: unknown = await response.json().catch(() => undefined);
    const { data, errors, detail } = partsOf(body);
    const [error] = errors;
    if (error) throw new StorefrontError(errors.map(each => each.message).join(' '), response.status, error.code);
    if (!response.ok || data == null)
      throw new StorefrontError(detail ?? `The recommender answered with HTTP ${response.status}.`, response.status);
    return data as Answer;
  }

  async #post(body: object, signal: AbortSignal | undefined): Promise<Response> {
    const { url, key, timeoutMs = TIMEOUT_MS } = this.options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      return await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      const why = timeout.aborted ? `did not answer within ${timeoutMs} ms` : 'is not reached';
      throw new StorefrontError(`The recommender ${why} at ${url}.`, undefined, undefined, { cause });
    }
  }

  #textOf(document: TadaDocumentNode<unknown, never>): string {
    const known = this.#texts.get(document);
    if (known !== undefined) return known;
    const text = print(document);
    this.#texts.set(document, text);
    return text;
  }
}

interface AnswerParts {
  data: unknown;
  errors: { message: string; code: string | undefined }[];
  /** Of problem details, which answer what never reached GraphQL. */
  detail: string | undefined;
}

function partsOf(body: unknown): AnswerParts {
  const errors = field(body, 'errors');
  const detail = field(body, 'detail');
  return {
    data: field(body, 'data'),
    errors: (Array.isArray(errors) ? errors : []).map(error => {
      const code = field(field(error, 'extensions'), 'code');
      return { message: String(field(error, 'message')), code: typeof code === 'string' ? code : undefined };
    }),
    detail: typeof detail === 'string' ? detail : undefined,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
