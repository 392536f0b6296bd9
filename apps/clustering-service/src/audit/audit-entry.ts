import { AUDIT_ACTIONS } from '@laurel/service';
import { z } from 'zod';

/** An entry as the API shows it. */
export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.string().meta({ format: 'date-time' }),
  scope: z.string(),
  key: z.string().meta({ description: "The first eight hex digits of the key's SHA-256" }),
  action: z.enum(AUDIT_ACTIONS),
  customer: z.string().nullable(),
  segment: z.string().nullable(),
  audience: z.string().nullable(),
  detail: z.string().nullable(),
  records: z.number().nullable(),
});
