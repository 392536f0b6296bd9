import { z } from 'zod';
import type { PushCounts } from './push-rows.js';

/** The pushing of a delivery to its destination. */
export interface Push {
  destination: string;
  /** `waiting` also between tries; `failed` where trying again by itself is of no use. */
  status: 'waiting' | 'complete' | 'failed';
  /** Why it waits or failed. */
  reason: string | null;
  /** What the destination took so far; after an interruption it begins anew. */
  counts: PushCounts;
  nextTryAt: Date;
  finishedAt: Date | null;
}

/** A push that begins now. */
export function newPush(destination: string): Push {
  const counts = { removed: 0, added: 0, refused: 0 };
  return { destination, status: 'waiting', reason: null, counts, nextTryAt: new Date(), finishedAt: null };
}

/** A push as the API shows it. */
export const pushSchema = z.object({
  destination: z.string(),
  status: z.enum(['waiting', 'complete', 'failed']),
  reason: z.string().nullable(),
  counts: z.object({ removed: z.number(), added: z.number(), refused: z.number() }),
  finished_at: z.string().meta({ format: 'date-time' }).nullable(),
});

export function pushView({ destination, status, reason, counts, finishedAt }: Push): z.infer<typeof pushSchema> {
  return { destination, status, reason, counts, finished_at: finishedAt?.toISOString() ?? null };
}
