import type { LogMessage } from '../transport/log-transport.js';
import type { ShopChange } from '../shop-change.js';
import type { Topics } from '../topics.js';

/** A message that is no usable change. `eventId` and `key` are given where they could be read. */
export class MalformedChangeError extends Error {
  constructor(
    readonly topic: string,
    readonly offset: bigint,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${topic} at offset ${offset}: ${reason}`, options);
    this.name = 'MalformedChangeError';
  }
}

/**
 * Reads a message of one of the shop's change topics. Undefined for a tombstone and for a topic that carries no changes.
 *
 * @throws MalformedChangeError when the message is no envelope, or the document lacks its collection's shape.
 */
export function decodeChange(topics: Topics, topic: string, message: LogMessage): ShopChange | undefined {
  throw new MalformedChangeError(topic, message.offset, `not readable yet (${topics.collectionOf(topic) ?? 'no change topic'})`);
}
