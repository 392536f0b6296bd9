import { z } from 'zod';
import type { ProductFilter } from '../ranking/eligibility.js';

const MOST_SHARDS = 10_000;
const id = z.string().min(1).max(256);
const price = z.number().nonnegative();

/** What {@link RecommendationExport} is asked for. */
export const exportRequestSchema = z
  .strictObject({
    first: z.int().min(1).max(100).default(5).meta({ description: 'How many products a list holds' }),
    filter: z
      .strictObject({
        categories: z.array(id).max(100).optional(),
        exclude_product_ids: z.array(id).max(1000).optional(),
        price_min: price.optional(),
        price_max: price.optional(),
        include_purchased: z.boolean().default(false),
      })
      .prefault({})
      .meta({ description: 'As `filter` of the GraphQL queries' }),
    shards: z.int().min(1).max(MOST_SHARDS).default(1).meta({ description: 'Into how many parts customers fall' }),
    shard: z.int().nonnegative().default(0).meta({ description: 'Which of them to give, from 0' }),
    revision: z.int().optional().meta({ description: 'Of the models: answered with 409 where others serve by now' }),
  })
  .refine(({ shard, shards }) => shard < shards, { path: ['shard'], message: 'shard: less than shards was expected' })
  .refine(({ filter }) => (filter.price_min ?? 0) <= (filter.price_max ?? Number.POSITIVE_INFINITY), {
    path: ['filter', 'price_min'],
    message: 'filter.price_min: at most filter.price_max was expected',
  });

export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** The filter in the recommender's terms. */
export function filterOf({ filter }: ExportRequest): ProductFilter {
  return {
    categories: filter.categories,
    excludeProductIds: filter.exclude_product_ids,
    priceMin: filter.price_min,
    priceMax: filter.price_max,
    includePurchased: filter.include_purchased,
  };
}
