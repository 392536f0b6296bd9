import { z } from 'zod';
import { MEASURES } from './recommendation-results.js';

/** All groups but the control. */
export const OTHERS = 'others';

const GROUP_EXPECTED = 'holdout, or the number of a version of product_affinity, was expected';

function moment(name: string) {
  return z.iso.datetime({
    offset: true,
    error: `${name}: an RFC 3339 moment such as 2026-01-31T00:00:00Z was expected`,
  });
}

const estimateSchema = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

export const metricsQuerySchema = z.object({
  from: moment('from').optional().meta({ description: 'First moment shown; 28 days before `until` where left out' }),
  until: moment('until').optional().meta({ description: 'Moment before which it was shown; now where left out' }),
});

export const metricsSchema = z.object({
  from: z.string(),
  until: z.string(),
  known_until: z
    .string()
    .nullable()
    .meta({ description: 'Orders and feedback are in up to then; null where nothing was shown' }),
  metrics: z.array(
    z.object({
      model: z.string(),
      version: z.string(),
      placement: z.string(),
      customers: z.number(),
      impressions: z.number(),
      clicks: z.number(),
      carts: z.number(),
      purchases: z.number(),
      revenue: z.number(),
      click_through_rate: estimateSchema,
      conversion_rate: estimateSchema,
      revenue_per_thousand: estimateSchema,
    }),
  ),
});

export const comparisonQuerySchema = z.object({
  from: moment('from').meta({ description: 'When the test began; decide it beforehand' }),
  control: z.string().regex(/^(holdout|[1-9]\d{0,8})$/, `control: ${GROUP_EXPECTED}`),
  treatment: z
    .string()
    .regex(/^(holdout|others|[1-9]\d{0,8})$/, `treatment: ${GROUP_EXPECTED}, or ${OTHERS}`)
    .default(OTHERS),
  measure: z.enum(MEASURES, `measure: one of ${MEASURES.join(', ')} was expected`),
  worth: z.coerce
    .number({ error: 'worth: a number above 0 was expected' })
    .positive('worth: a number above 0 was expected')
    .meta({
      description:
        'The smallest difference that would matter, decided beforehand: 0.005 is half a percentage point, of revenue so much a customer',
    }),
});

const armSchema = z.object({
  group: z.string(),
  customers: z.number().meta({ description: 'Whose days are over; each counts once' }),
  mean: z.number(),
});

export const comparisonSchema = z.object({
  from: z.string(),
  measure: z.enum(MEASURES),
  window_days: z.number(),
  worth: z.number(),
  control: armSchema,
  treatment: armSchema,
  difference: estimateSchema.meta({
    description: 'Treatment less control; the interval holds at every look together, 95 %',
  }),
  uplift: z.number().nullable().meta({ description: "The difference as a share of the control's mean" }),
  verdict: z.enum(['keep running', 'treatment is better', 'control is better', 'no difference worth it']),
  text: z.string(),
});
