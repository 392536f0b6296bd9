import type { OutgoingMessage } from './log-transport.js';

/** A request holds one record batch, and brokers admit 1,048,588 bytes a batch unless told otherwise. */
const REQUEST_BYTES = 900_000;
const MESSAGE_OVERHEAD_BYTES = 32;
const HEADER_OVERHEAD_BYTES = 4;
/** The most that one unit of a text takes in UTF-8. */
const CHARACTER_BYTES = 3;

/** Splits messages into requests of at most about 900 kB; a message larger than that goes alone. */
export function* requestChunks(messages: readonly OutgoingMessage[]): Generator<readonly OutgoingMessage[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, message] of messages.entries()) {
    const size = sizeOf(message);
    if (bytes + size > REQUEST_BYTES && index > start) {
      yield messages.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < messages.length) yield start === 0 ? messages : messages.slice(start);
}

/** The most bytes that a message takes. */
function sizeOf({ key, value, headers }: OutgoingMessage): number {
  let bytes = MESSAGE_OVERHEAD_BYTES + mostBytes(key) + mostBytes(value);
  for (const name in headers) bytes += mostBytes(name) + mostBytes(headers[name] ?? null) + HEADER_OVERHEAD_BYTES;
  return bytes;
}

function mostBytes(part: Buffer | string | null): number {
  if (part === null) return 0;
  return typeof part === 'string' ? part.length * CHARACTER_BYTES : part.length;
}
