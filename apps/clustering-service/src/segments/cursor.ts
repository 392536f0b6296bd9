import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TIERS } from '../tiers/tier.js';

const MARK_BYTES = 6;

/** The place after the last row of a page. */
const placeSchema = z.object({ at: z.number(), id: z.string() });

/**
 * Where a pull stands. `upto` is the moment it shows, in milliseconds since 1970; it stays the same over all pages. `members` lists a segment;
 * `changes` lists what happened to it after `from`.
 */
const cursorSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('members'),
    tier: z.enum(TIERS),
    upto: z.number(),
    since: z.number().optional(),
    after: placeSchema,
    /** Whether a delta goes on from here. */
    delta: z.boolean(),
  }),
  z.object({
    kind: z.literal('changes'),
    tier: z.enum(TIERS),
    from: z.number(),
    upto: z.number().optional(),
    after: placeSchema.optional(),
  }),
]);

export type Cursor = z.infer<typeof cursorSchema>;

/** A cursor that is none, or was cut or altered on its way. */
export class CursorError extends Error {
  constructor() {
    super('This cursor is not one that was given out here, or it was cut short.');
    this.name = 'CursorError';
  }
}

/** Opaque text that {@link readCursor} reads. */
export function writeCursor(cursor: Cursor): string {
  const body = Buffer.from(JSON.stringify(cursor));
  return Buffer.concat([markOf(body), body]).toString('base64url');
}

/** @throws CursorError */
export function readCursor(text: string): Cursor {
  const bytes = Buffer.from(text, 'base64url');
  const body = bytes.subarray(MARK_BYTES);
  if (bytes.toString('base64url') !== text || !markOf(body).equals(bytes.subarray(0, MARK_BYTES)))
    throw new CursorError();
  const cursor = cursorSchema.safeParse(JSON.parse(body.toString()));
  if (!cursor.success) throw new CursorError();
  return cursor.data;
}

function markOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, MARK_BYTES);
}
