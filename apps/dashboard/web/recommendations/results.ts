import * as z from 'zod/mini';

const estimateSchema = z.looseObject({ value: z.number(), low: z.nullable(z.number()), high: z.nullable(z.number()) });

export const resultsSchema = z.looseObject({
  metrics: z.array(
    z.looseObject({
      model: z.string(),
      version: z.string(),
      placement: z.string(),
      impressions: z.number(),
      click_through_rate: estimateSchema,
      conversion_rate: estimateSchema,
      revenue_per_thousand: estimateSchema,
    }),
  ),
});

/** A rate with its 95 % interval where there is one. */
export type Estimate = z.infer<typeof estimateSchema>;

/** `2.5 % (2.1 % to 3 %)` */
export function estimateText({ value, low, high }: Estimate, format: (value: number) => string): string {
  return low === null || high === null ? format(value) : `${format(value)} (${format(low)} to ${format(high)})`;
}
