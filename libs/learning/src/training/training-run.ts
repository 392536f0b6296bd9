import { z } from 'zod';

/** One request to train, from the queue to its end, as kept in `laurel.training_runs`. */
export const trainingRun = z.object({
  id: z.string(),
  /** Name of the model. */
  name: z.string(),
  status: z.enum(['queued', 'running', 'succeeded', 'refused', 'failed']),
  options: z.record(z.string(), z.unknown()),
  requestedAt: z.date(),
  startedAt: z.date().optional(),
  finishedAt: z.date().optional(),
  /** Finished part, 0 … 1. */
  progress: z.number(),
  stage: z.string(),
  /** How many runners took it up. */
  attempts: z.int(),
  runner: z.string().optional(),
  /** Until when its runner holds it; a run past this is abandoned. */
  leaseUntil: z.date().optional(),
  /** Version it registered. */
  version: z.int().optional(),
  /** Whether that version went live. */
  promoted: z.boolean().optional(),
  /** Why it ended as it did. */
  reason: z.string().optional(),
});

export type TrainingRun = z.infer<typeof trainingRun>;
