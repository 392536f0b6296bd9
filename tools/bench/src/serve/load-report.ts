import { z } from 'zod';

/** What the load generator saw. */
export const loadReport = z.object({
  requests: z.number(),
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  /** Errors, time-outs and answers other than 200. */
  failed: z.number(),
});

export type LoadReport = z.infer<typeof loadReport>;
