import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { LogMessage } from '../transport/log-transport.js';

const encodedSchema = z
  .object({ text: z.string() })
  .or(z.object({ base64: z.string() }))
  .nullable();
type Encoded = z.infer<typeof encodedSchema>;

/** The JSON value of a message in the dead letters' topic: a letter, or the note that one was replayed. */
export const deadLetterRecordSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('letter'),
    id: z.string(),
    topic: z.string(),
    partition: z.number().int(),
    offset: z.string(),
    key: encodedSchema,
    value: encodedSchema,
    headers: z.record(z.string(), z.string()),
    error: z.object({ name: z.string(), message: z.string() }),
    at: z.iso.datetime(),
  }),
  z.object({ kind: z.literal('replayed'), id: z.string(), at: z.iso.datetime() }),
]);

/** A message that could not be processed: where it came from, what it was, and why. `replayedAt` is set once it was sent again. */
export interface DeadLetter {
  /** `<topic>/<partition>/<offset>` of the message. */
  id: string;
  topic: string;
  partition: number;
  offset: bigint;
  key: Buffer | null;
  value: Buffer | null;
  headers: Readonly<Record<string, string>>;
  error: { name: string; message: string };
  at: Date;
  replayedAt?: Date;
}

/** A new letter about a message. */
export function deadLetterOf(
  topic: string,
  partition: number,
  message: LogMessage,
  error: Error,
  at = new Date(),
): DeadLetter {
  const { offset, key, value, headers } = message;
  const { name, message: reason } = error;
  return {
    id: `${topic}/${partition}/${offset}`,
    topic,
    partition,
    offset,
    key,
    value,
    headers,
    error: { name, message: reason },
    at,
  };
}

/** The letter as JSON. */
export function encodeDeadLetter({ offset, key, value, at, replayedAt: _, ...rest }: DeadLetter): string {
  return JSON.stringify({
    kind: 'letter',
    ...rest,
    offset: String(offset),
    key: encoded(key),
    value: encoded(value),
    at: at.toISOString(),
  });
}

/** The letter of a parsed record. */
export function decodeDeadLetter(
  record: Extract<z.infer<typeof deadLetterRecordSchema>, { kind: 'letter' }>,
): DeadLetter {
  const { kind: _, offset, key, value, at, ...rest } = record;
  return { ...rest, offset: BigInt(offset), key: decoded(key), value: decoded(value), at: new Date(at) };
}

function encoded(part: Buffer | null): Encoded {
  if (part === null) return null;
  return isUtf8(part) ? { text: part.toString() } : { base64: part.toString('base64') };
}

function decoded(part: Encoded): Buffer | null {
  if (part === null) return null;
  return 'text' in part ? Buffer.from(part.text) : Buffer.from(part.base64, 'base64');
}
