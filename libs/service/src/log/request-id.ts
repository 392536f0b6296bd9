import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The id of the request that the running code answers. Whatever is logged meanwhile carries it as `requestId`. */
export const currentRequestId = new AsyncLocalStorage<string>();

const sane = /^[\w.:-]{8,128}$/;

/** The id that the caller (a proxy, a storefront) gave in `x-request-id`, where it is one; else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && sane.test(given) ? given : randomUUID();
}
