import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { keyDigest } from './key-ring.js';

interface SentKey {
  authorization: string | undefined;
  digest: Buffer | undefined;
}

/**
 * Digests of the keys that requests carry as `Authorization: Bearer KEY`. A connection that sends again what it sent last gets the digest of
 * then: a comparison with nothing but its own words, from which nobody can learn another's key.
 */
export class SentKeys {
  private readonly last = new WeakMap<Socket, SentKey>();

  /** Undefined where a request carries no key. */
  digestOf({ headers: { authorization }, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): Buffer | undefined {
    const known = this.last.get(socket);
    if (known && known.authorization === authorization) return known.digest;
    const key = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    const digest = key === undefined ? undefined : keyDigest(key);
    this.last.set(socket, { authorization, digest });
    return digest;
  }
}
