import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** A strong ETag over whatever decides an answer. */
export function etagOf(...parts: readonly unknown[]): string {
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}"`;
}

/** Sets the ETag, and says whether the client has this answer already; then it gets 304 and no body. */
export function isNotModified(reply: FastifyReply, etag: string): boolean {
  reply.header('etag', etag).header('cache-control', 'private, no-cache');
  const known = reply.request.headers['if-none-match'];
  const matches = known !== undefined && known.split(',').some(one => one.trim() === etag || one.trim() === '*');
  if (matches) reply.code(304);
  return matches;
}
