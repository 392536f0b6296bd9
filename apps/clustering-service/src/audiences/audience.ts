import { DEMAND_TRENDS } from '@laurel/learning';
import { validateCronExpression } from 'cron';
import { z } from 'zod';
import { STAGES } from '../outlook/outlook.js';
import { rfmRangeSchema } from '../outlook/outlook-playbook.js';
import { TIER_FEATURES } from '../tiers/tier-features.js';
import { TIERS } from '../tiers/tier.js';
import { FORMAT_NAMES } from './formats/format-names.js';

const MOST_RECOMMENDATIONS = 10;
const TOP_EXPECTED = `top: a whole number from 1 to ${MOST_RECOMMENDATIONS} was expected`;

const moment = z.iso.datetime({ offset: true, error: 'an RFC 3339 moment such as 2026-01-31T00:00:00Z was expected' });
const range = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, 'min is above max');

const filterFields = {
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
  likely_to_buy: z
    .strictObject({
      products: z.array(z.string().min(1)).min(1).max(1000).optional(),
      categories: z.array(z.string().min(1)).min(1).optional(),
      top: z.int(TOP_EXPECTED).min(1, TOP_EXPECTED).max(MOST_RECOMMENDATIONS, TOP_EXPECTED).optional(),
    })
    .refine(
      ({ products, categories }) => (products ?? categories) !== undefined,
      'products or categories were expected',
    )
    .optional()
    .meta({ description: 'Has one of these products among the first recommendations (5), for reasons of their own' }),
  stages: z
    .array(z.enum(STAGES, `stages: one of ${STAGES.join(', ')} was expected`))
    .min(1, 'stages: at least one')
    .optional(),
  rfm: rfmRangeSchema.optional().meta({ description: 'Scores from 1 to 5, both ends included' }),
  demand_bought: z
    .array(z.enum(DEMAND_TRENDS, `demand_bought: one of ${DEMAND_TRENDS.join(', ')} was expected`))
    .min(1, 'demand_bought: at least one')
    .optional()
    .meta({ description: 'Has bought at least one product whose demand is forecast to go one of these ways' }),
  churn_probability: range
    .optional()
    .meta({ description: 'From 0 to 1: that no order comes within churn_days; of customers without an order since' }),
  lost_probability: range.optional().meta({
    description: 'From 0 to 1: that the customer is gone for good; of customers with at least two orders in the window',
  }),
  predicted_value: range.optional().meta({ description: 'Of the orders to be expected within the horizon' }),
};

/** Who belongs to an audience: every condition that is given must hold. */
export const audienceFilterSchema = z.strictObject(filterFields, {
  error: issue =>
    issue.code === 'unrecognized_keys'
      ? `filter: no condition is called ${issue.keys.join(', ')}. Allowed: ${Object.keys(filterFields).join(', ')}`
      : undefined,
});

export type AudienceFilter = z.infer<typeof audienceFilterSchema>;

/** How a file for a destination is written. */
export const deliveryChoiceSchema = z.strictObject({
  format: z.enum(FORMAT_NAMES, `format: one of ${FORMAT_NAMES.join(', ')} was expected`),
  mode: z
    .enum(['delta', 'full'], 'mode: delta or full was expected')
    .default('delta')
    .meta({ description: 'delta: who came or changed since the delivery before; full: everybody' }),
  top: z
    .int(TOP_EXPECTED)
    .min(1, TOP_EXPECTED)
    .max(MOST_RECOMMENDATIONS, TOP_EXPECTED)
    .optional()
    .meta({ description: 'How many recommendations each row carries, where the format has a place for them' }),
  push: z
    .string('push: the name of a destination was expected')
    .min(1)
    .optional()
    .meta({ description: 'The destination that the delivery is pushed to once it is complete' }),
});

export type DeliveryChoice = z.infer<typeof deliveryChoiceSchema>;

/** Where a delivery is to be pushed. */
export const pushChoiceSchema = z.strictObject({
  destination: z.string('destination: the name of a destination was expected').min(1),
  afresh: z
    .boolean('afresh: true or false was expected')
    .default(false)
    .meta({ description: 'The list at the destination is empty: a full delivery may begin it' }),
});

export type PushChoice = z.infer<typeof pushChoiceSchema>;

/** Who is meant: the filter, less the members of other audiences; a share of the rest is held out. */
export const targetSchema = z.strictObject({
  filter: audienceFilterSchema,
  exclude: z
    .array(z.string().min(1))
    .min(1)
    .max(20, 'exclude: at most 20 audiences')
    .optional()
    .meta({ description: 'Ids of audiences whose members, those held out included, do not belong' }),
  holdout: z
    .strictObject({
      percent: z
        .number('holdout.percent: a number from 0.1 to 50 was expected')
        .min(0.1, 'holdout.percent: at least 0.1')
        .max(50, 'holdout.percent: at most 50'),
    })
    .optional()
    .meta({ description: 'A share of the members who get nothing, always the same ones, to compare with' }),
});

export type Target = z.infer<typeof targetSchema>;

/** What is sent to save an audience. */
export const newAudienceSchema = targetSchema.extend({
  name: z
    .string('name: a text was expected')
    .min(1, 'name: at least one character')
    .max(200, 'name: at most 200 characters'),
  schedule: deliveryChoiceSchema
    .extend({
      cron: z
        .string('schedule.cron: five cron fields were expected')
        .refine(
          text => text.trim().split(/\s+/).length === 5 && validateCronExpression(text).valid,
          'schedule.cron: five cron fields were expected: minute, hour, day of month, month, day of week (UTC)',
        ),
    })
    .optional()
    .meta({ description: 'When a delivery is made by itself, in UTC' }),
});

export type NewAudience = z.infer<typeof newAudienceSchema>;

/** A saved audience. */
export const audienceSchema = newAudienceSchema.extend({
  id: z.string(),
  created_at: z.string().meta({ format: 'date-time' }),
});

export type Audience = z.infer<typeof audienceSchema>;
