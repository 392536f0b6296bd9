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
  /** Order lines, or customers to cluster, that there were; a trial counts again while there are about as many. */
  rows: z.int(),
  /** What the search makes as high as it can. */
  score: z.number(),
  /** All that was measured, by name. */
  figures: z.record(z.string(), z.number()),
  seconds: z.number(),
  triedAt: z.date(),
});

export type TuningTrial = z.infer<typeof tuningTrial>;

/** What is tried. */
export type TrialSetting = Pick<TuningTrial, 'trainer' | 'parameters'>;

/** The same text for the same setting, in whatever order its parameters are. */
export function settingKey({ trainer, parameters }: TrialSetting): string {
  return JSON.stringify([trainer, Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** What came of it. */
export type TrialOutcome = Pick<TuningTrial, 'score' | 'figures' | 'seconds'>;
