import { z } from 'zod';
import { type Outlook, outlookRulesSchema, STAGES } from './outlook.js';

const playbookSchema = z.object({ summary: z.string(), actions: z.array(z.string()) });
const scores = z.strictObject({
  min: z.number().int().min(1).max(5).default(1),
  max: z.number().int().min(1).max(5).default(5),
});

/** Conditions on a customer's cell; each that is given must hold. */
export const rfmRangeSchema = z.strictObject({
  recency: scores.optional(),
  frequency: scores.optional(),
  monetary: scores.optional(),
});

export type RfmRange = z.infer<typeof rfmRangeSchema>;

/** The part `outlook` of `tiers.json`: rules, and what to do for stages and cells. */
export const outlookConfigurationSchema = z.strictObject({
  rules: outlookRulesSchema,
  stages: z.record(z.enum(STAGES), playbookSchema),
  cellPlaybooks: z.array(z.strictObject({ name: z.string(), when: rfmRangeSchema, actions: z.array(z.string()) })),
});

export type OutlookConfiguration = z.infer<typeof outlookConfigurationSchema>;

/** The playbook of a customer's stage, with the actions of the cells that fit. */
export function outlookPlaybook(
  { stage, rfm }: Pick<Outlook, 'stage' | 'rfm'>,
  { stages, cellPlaybooks }: OutlookConfiguration,
): { summary: string; actions: string[] } {
  const { summary, actions } = stages[stage];
  const fitting = rfm ? cellPlaybooks.filter(({ when }) => isInCell(rfm, when)) : [];
  return { summary, actions: [...new Set([...actions, ...fitting.flatMap(playbook => playbook.actions)])] };
}

/** Whether a cell lies within some ranges. */
export function isInCell(rfm: NonNullable<Outlook['rfm']>, range: RfmRange): boolean {
  return (['recency', 'frequency', 'monetary'] as const).every(name => {
    const wanted = range[name];
    return !wanted || (rfm[name] >= wanted.min && rfm[name] <= wanted.max);
  });
}
