import { documentId, parseExtendedJson, parseShopDocument, type LoggedCollection } from '@laurel/shop';
import { z } from 'zod';
import { Sequence } from '../sequence/sequence.js';
import type { ShopChange, ShopChangeOf } from '../shop-change.js';
import type { Topics } from '../topics.js';
import type { LogMessage } from '../transport/log-transport.js';

/** A message that is no usable change. */
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

const keySchema = z.object({ id: z.string() });
const envelopeSchema = z.object({
  op: z.enum(['r', 'c', 'u', 'd']),
  after: z.string().nullish(),
  source: z.object({ ts_ms: z.number(), wallTime: z.number().nullish() }),
});

/**
 * Reads a message of one of the shop's change topics. Undefined for a tombstone and for a topic that carries no changes. `document` is null
 * for a delete, and for the rare update of a document that was gone before MongoDB could be asked for it. Feedback has many writers and no
 * sequence of theirs: its place in the partition is its sequence.
 *
 * @throws MalformedChangeError when the message is no envelope, or the document lacks its collection's shape.
 */
export function decodeChange(topics: Topics, topic: string, message: LogMessage): ShopChange | undefined {
  const collection = topics.collectionOf(topic);
  if (collection === undefined || message.value === null) return undefined;
  const { 'x-seq': given, ce_id: eventId } = message.headers;
  const seq = given ?? (collection === 'feedback' ? Sequence.ofOffset(message.offset) : undefined);
  if (seq === undefined || eventId === undefined) {
    throw new MalformedChangeError(topic, message.offset, 'the headers x-seq and ce_id are needed');
  }
  try {
    return read(collection, message, seq, eventId);
  } catch (error) {
    throw new MalformedChangeError(topic, message.offset, reasonOf(error), { cause: error });
  }
}

function read(collection: LoggedCollection, { key, value }: LogMessage, seq: string, eventId: string): ShopChange {
  const { op, after, source } = envelopeSchema.parse(JSON.parse(String(value)));
  const id = documentId(parseExtendedJson(keySchema.parse(JSON.parse(String(key))).id));
  const at = new Date(source.wallTime ?? source.ts_ms);
  const change = { op, id, eventId, seq, at };
  switch (collection) {
    case 'products':
      return complete(collection, change, after);
    case 'customers':
      return complete(collection, change, after);
    case 'orders':
      return complete(collection, change, after);
    case 'events':
      return complete(collection, change, after);
    case 'feedback':
      return complete(collection, change, after);
  }
}

function complete<C extends LoggedCollection>(
  collection: C,
  change: Omit<ShopChangeOf<C>, 'collection' | 'document'>,
  after: string | null | undefined,
): ShopChangeOf<C> {
  if (change.op === 'd' || after == null) return { ...change, collection, document: null };
  return { ...change, collection, document: parseShopDocument(collection, documentOf(after)) };
}

function documentOf(after: string): Record<string, unknown> {
  const document = parseExtendedJson(after);
  if (isDocument(document)) return document;
  throw new TypeError('after: a document expected');
}

function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}
