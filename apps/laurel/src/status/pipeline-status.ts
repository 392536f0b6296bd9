import { z } from 'zod';
import type { LaurelApi } from '../api/laurel-api.js';

const lagSchema = z.looseObject({ lag: z.number(), lag_seconds: z.number() });

/** What the events-ingester tells of itself, as far as the command line shows it. */
export const pipelineStatusSchema = z.looseObject({
  capture: z.looseObject({
    state: z.string(),
    epoch: z.number().nullable(),
    lag_seconds: z.number().nullable(),
    changes_sent: z.number(),
    changes_per_second: z.number(),
    stream_position: z.iso.datetime().nullable(),
    snapshot: z.record(z.string(), z.object({ sent: z.number(), estimated: z.number(), done: z.boolean() })),
    oplog: z.object({ window_seconds: z.number(), left_seconds: z.number() }).nullable(),
    history_lost: z.number(),
    error: z.string().nullable(),
  }),
  load: lagSchema.extend({
    collections: z.array(lagSchema.extend({ collection: z.string() })),
    partitions: z.array(lagSchema.extend({ topic: z.string(), partition: z.number() })),
    stored: z.number(),
    rows_per_second: z.number(),
    duplicates: z.number(),
    last_batch_at: z.iso.datetime().nullable(),
    error: z.string().nullable(),
  }),
  dead_letters: z.looseObject({ total: z.number(), open: z.number() }),
  as_of: z.iso.datetime(),
});

export type PipelineStatus = z.infer<typeof pipelineStatusSchema>;

/**
 * Asks the events-ingester on this machine.
 *
 * @throws LaurelApiError when it cannot be reached or refuses the key.
 */
export function readPipelineStatus(api: LaurelApi): Promise<PipelineStatus> {
  return api.json('events-ingester', 'GET', '/v1/status', pipelineStatusSchema);
}
