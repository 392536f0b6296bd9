import { z } from 'zod';

/** What the load generator saw. */
export const loadReport = z.object({
  /** Answers with 200; the figures after it are theirs. */
  requests: z.number(),
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  /** Answers with 429 or 503. */
  refused: z.number(),
  /** Errors, time-outs and answers with any other status. */
  failed: z.number(),
});

export type LoadReport = z.infer<typeof loadReport>;
