import { z } from 'zod';

/** Options of a training run that asks for a search instead. */
export const tuningRequest = z.object({ tune: z.object({ budgetSeconds: z.number().positive() }).optional() });
