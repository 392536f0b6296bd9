import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import type { Gate } from '../access/gate.js';
import type { Scope } from '../access/key-ring.js';
import { currentRequestId, requestIdOf } from '../log/request-id.js';
import { answerHeaders, type RequestObserver } from './request-hooks.js';

/** An answer with status 200. */
export interface ShortAnswer {
  text: string;
  headers: OutgoingHttpHeaders;
}

/** Answers what an app is asked most, past Fastify: its steps for a request would cost as much as the answer. */
export interface Shortcut {
  /** The address it answers `POST`s to. */
  url: string;
  /** What answers a body; undefined where Fastify should answer, as it should where this throws: then nothing must have happened. */
  answer(request: IncomingMessage, body: string, scope: Scope | undefined): MaybeLater<ShortAnswer | undefined>;
}

type MaybeLater<T> = T | Promise<T>;

/** What a shortcut goes by, as the hooks of Fastify do. */
export interface ShortcutRules {
  gate: Gate;
  observe: RequestObserver;
}

interface OpenedShortcut extends ShortcutRules {
  shortcut: Shortcut;
}

/** The shortcut of a server; closed until it is opened, and then all requests go to Fastify. */
export class ShortcutLane {
  private opened: OpenedShortcut | undefined;

  open(shortcut: Shortcut, rules: ShortcutRules): void {
    this.opened = { ...rules, shortcut };
  }

  /**
   * A listener that answers by the shortcut and leaves all else to `listener`, as if it had not been touched: requests that come in several pieces, or
   * from a page of another origin, or packed; whose key does not let them pass; that the shortcut has no answer to.
   */
  before(listener: RequestListener): RequestListener {
    return (request, response) => {
      const { opened } = this;
      if (opened && request.url === opened.shortcut.url && isPlain(request))
        request.once('readable', () => take(opened, request, response, () => listener(request, response)));
      else listener(request, response);
    };
  }
}

function take(
  { shortcut, gate, observe }: OpenedShortcut,
  request: IncomingMessage,
  response: ServerResponse,
  longWay: () => void,
): void {
  const startedMs = performance.now();
  const body = wholeBody(request);
  if (body === undefined) return longWay();
  const admission = gate.admit(request);
  const requestId = requestIdOf(request);
  const finish = (answer: ShortAnswer | undefined): void => {
    if (answer === undefined) {
      gate.remember(request, admission);
      return longWay();
    }
    const { text, headers } = answer;
    const length = { 'content-length': Buffer.byteLength(text) };
    response.writeHead(200, { ...answerHeaders(requestId), ...headers, ...length }).end(text);
    request.resume();
    const elapsedMs = performance.now() - startedMs;
    observe({ requestId, method: 'POST', route: shortcut.url, status: 200, elapsedMs });
  };
  if ('problem' in admission) return finish(undefined);
  const answer = currentRequestId.run(requestId, () => answerOf(shortcut, request, body, admission.scope));
  if (answer instanceof Promise) answer.then(finish, () => finish(undefined));
  else finish(answer);
}

function answerOf(shortcut: Shortcut, request: IncomingMessage, body: string, scope: Scope | undefined) {
  try {
    return shortcut.answer(request, body, scope);
  } catch {
    return undefined;
  }
}

function isPlain({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    Number(headers['content-length']) > 0 &&
    headers.origin === undefined &&
    headers['content-encoding'] === undefined
  );
}

/** The body, which stays there to be read again; undefined where not all of it has come. */
function wholeBody(request: IncomingMessage): string | undefined {
  const body: unknown = request.read();
  if (!(body instanceof Buffer)) return undefined;
  request.unshift(body);
  return body.length === Number(request.headers['content-length']) ? body.toString() : undefined;
}
