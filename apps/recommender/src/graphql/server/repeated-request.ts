import type { IncomingHttpHeaders } from 'node:http';

/** A query that may have been answered before, by its text or by the hash that stands for it. */
export interface RepeatedRequest {
  text: string | undefined;
  hash: string | undefined;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
}

const PLAIN_ACCEPTS: ReadonlySet<string | undefined> = new Set([undefined, '*/*', 'application/json']);

/**
 * What a `POST` asks for, where it is of the plain kind that storefronts send for ever: one JSON object with nothing unusual in it,
 * answered as `application/json`. Undefined for all others, good or bad: Apollo Server knows what to do with them.
 */
export function repeatedRequest(headers: IncomingHttpHeaders, body: unknown): RepeatedRequest | undefined {
  if (!PLAIN_ACCEPTS.has(headers.accept)) return undefined;
  if (headers['content-type']?.startsWith('application/json') !== true || !isRecord(body)) return undefined;
  const { query, variables = null, operationName = null, extensions = null } = body;
  if (variables !== null && !isRecord(variables)) return undefined;
  if (operationName !== null && typeof operationName !== 'string') return undefined;
  const rest = { operationName: operationName ?? undefined, variables: variables ?? undefined };
  if (typeof query === 'string' && extensions === null) return { text: query, hash: undefined, ...rest };
  const hash = query === undefined ? persistedHash(extensions) : undefined;
  return hash === undefined ? undefined : { text: undefined, hash, ...rest };
}

function persistedHash(extensions: unknown): string | undefined {
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  if (!isRecord(persisted) || persisted['version'] !== 1) return undefined;
  const hash = persisted['sha256Hash'];
  return typeof hash === 'string' ? hash : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
