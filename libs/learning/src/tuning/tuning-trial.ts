import { z } from 'zod';

/** One trial of a tuning, as kept in `laurel.tuning_trials`. */
export const tuningTrial = z.object({
  /** Name of the model that is tuned. */
  name: z.string(),
  seed: z.int(),
  trainer: z.string(),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  /** Share of the customers it was tried on. */
  share: z.number(),
  /** Order lines there were; a trial counts again while there are about as many. */
  orderLines: z.int(),
  /** On validation, without a trend of demand and with the best one. */
  plainNdcg5: z.number(),
  ndcg5: z.number(),
  seconds: z.number(),
  triedAt: z.date(),
});

export type TuningTrial = z.infer<typeof tuningTrial>;

/** What a trial reached, with or without a trend. */
export function reached({ plainNdcg5, ndcg5 }: Pick<TuningTrial, 'plainNdcg5' | 'ndcg5'>): number {
  return Math.max(plainNdcg5, ndcg5);
}
