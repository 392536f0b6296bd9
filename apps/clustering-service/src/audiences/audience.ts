import { z } from 'zod';
import { TIER_FEATURES } from '../tiers/tier-features.js';
import { TIERS } from '../tiers/tier.js';

const moment = z.iso.datetime({ offset: true, error: 'an RFC 3339 moment such as 2026-01-31T00:00:00Z was expected' });
const range = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, 'min is above max');

/** Who belongs to an audience: every condition that is given must hold. */
export const audienceFilterSchema = z.strictObject({
  tiers: z
    .array(z.enum(TIERS, `tiers: one of ${TIERS.join(', ')} was expected`))
    .min(1, 'tiers: at least one')
    .optional(),
  features: z
    .partialRecord(z.enum([...TIER_FEATURES, 'revenue']), range)
    .optional()
    .meta({ description: 'Ranges, both ends included' }),
  last_order_after: moment.optional(),
  last_order_before: moment.optional(),
  countries: z.array(z.string().min(1)).min(1).optional().meta({ description: 'Two-letter codes or English names' }),
  categories_bought: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: 'Has bought from at least one of these' }),
});

export type AudienceFilter = z.infer<typeof audienceFilterSchema>;

/** What is sent to save an audience. */
export const newAudienceSchema = z.strictObject({
  name: z
    .string('name: a text was expected')
    .min(1, 'name: at least one character')
    .max(200, 'name: at most 200 characters'),
  filter: audienceFilterSchema,
});

/** A saved audience. */
export const audienceSchema = newAudienceSchema.extend({
  id: z.string(),
  created_at: z.string().meta({ format: 'date-time' }),
});

export type Audience = z.infer<typeof audienceSchema>;
