import type { Arm } from '@laurel/learning';
import type { Warehouse } from '@laurel/warehouse';
import { z } from 'zod';

/** How long what a customer does is put down to a list they saw; `fct_recommendations` credits orders for as long. */
export const WINDOW_DAYS = 7;
const SHOWN_DAYS = 28;
const DAY_MS = 86_400_000;

/** Results are those of the 28 days before `until`, unless others are asked for. */
export function shownSince(until: Date): Date {
  return new Date(until.getTime() - SHOWN_DAYS * DAY_MS);
}

/** What one model version's recommendations came to in one placement; sums of squares and products over customers are for intervals. */
export interface PlacementResult {
  model: string;
  version: string;
  placement: string;
  customers: number;
  impressions: number;
  clicks: number;
  carts: number;
  purchases: number;
  revenue: number;
  impressions_squared: number;
  revenue_squared: number;
  impressions_revenue: number;
  /** Orders and feedback are known up to then. */
  known_until: Date;
}

/** What is compared: whether a customer clicked a recommendation, whether they bought one, how much they spent in all. */
export const MEASURES = ['click', 'purchase', 'revenue'] as const;

export type Measure = (typeof MEASURES)[number];

const placementSchema: z.ZodType<PlacementResult> = z.object({
  model: z.string(),
  version: z.string(),
  placement: z.string(),
  customers: z.number(),
  impressions: z.number(),
  clicks: z.number(),
  carts: z.number(),
  purchases: z.number(),
  revenue: z.number(),
  impressions_squared: z.number(),
  revenue_squared: z.number(),
  impressions_revenue: z.number(),
  known_until: z.date(),
});

const groupSchema = z.object({
  test_group: z.string(),
  customers: z.number(),
  clicked: z.number(),
  bought: z.number(),
  revenue: z.number(),
  revenue_squared: z.number(),
});

/** How recommendations did, read from the warehouse's models as they were built last. */
export class RecommendationResults {
  constructor(private readonly warehouse: Warehouse) {}

  /** By model version and placement, of what was shown from `from` until before `until`. Who is not known counts as one customer an answer. */
  byPlacement(from: Date, until: Date): Promise<PlacementResult[]> {
    return this.warehouse.query(
      `WITH units AS (
         SELECT
           model_name, model_version, placement, COALESCE(customer_id, request_id) AS unit, MAX(known_until) AS known_until,
           COUNT(*) AS impressions, COUNT(clicked_at) AS clicks, COUNT(carted_at) AS carts, COUNT(bought_at) AS purchases,
           laurel.float_of(SUM(revenue)) AS revenue
         FROM laurel.fct_recommendations
         WHERE shown_at >= @from AND shown_at < @until
         GROUP BY model_name, model_version, placement, COALESCE(customer_id, request_id)
       )
       SELECT
         model_name AS model, model_version AS version, placement, COUNT(*) AS customers,
         CAST(SUM(impressions) AS INT64) AS impressions, CAST(SUM(clicks) AS INT64) AS clicks, CAST(SUM(carts) AS INT64) AS carts,
         CAST(SUM(purchases) AS INT64) AS purchases, SUM(revenue) AS revenue,
         SUM(laurel.float_of(impressions) * impressions) AS impressions_squared, SUM(revenue * revenue) AS revenue_squared,
         SUM(impressions * revenue) AS impressions_revenue, MAX(known_until) AS known_until
       FROM units
       GROUP BY model_name, model_version, placement
       ORDER BY placement, model, version`,
      placementSchema,
      { from, until },
    );
  }

  /**
   * The customers of each group that saw their first list since `from`, each once, with what they did in the {@link WINDOW_DAYS} after it. Those whose
   * days are not over count later.
   */
  async byGroup(from: Date, measure: Measure): Promise<ReadonlyMap<string, Arm>> {
    const groups = await this.warehouse.query(
      `WITH first_lists AS (
         SELECT customer_id, test_group, shown_at AS started_at, laurel.days_after(shown_at, ${WINDOW_DAYS}) AS ended_at, known_until
         FROM laurel.fct_recommendations
         WHERE customer_id IS NOT NULL AND test_group IS NOT NULL AND shown_at >= @from
         QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY shown_at, request_id, product_id) = 1
       ),
       finished AS (SELECT customer_id, test_group, started_at, ended_at FROM first_lists WHERE ended_at <= known_until),
       reactions AS (
         SELECT
           finished.customer_id,
           MAX(CASE WHEN shown.clicked_at < finished.ended_at THEN 1 ELSE 0 END) AS clicked,
           MAX(CASE WHEN shown.bought_at < finished.ended_at THEN 1 ELSE 0 END) AS bought
         FROM finished
         JOIN laurel.fct_recommendations AS shown
           ON shown.customer_id = finished.customer_id AND shown.shown_at >= finished.started_at
         GROUP BY finished.customer_id
       ),
       spending AS (
         SELECT finished.customer_id, laurel.float_of(SUM(orders.order_value)) AS revenue
         FROM finished
         JOIN laurel.fct_orders AS orders
           ON orders.customer_id = finished.customer_id
           AND orders.placed_at >= finished.started_at AND orders.placed_at < finished.ended_at
         GROUP BY finished.customer_id
       )
       SELECT
         finished.test_group, COUNT(*) AS customers,
         CAST(SUM(reactions.clicked) AS INT64) AS clicked, CAST(SUM(reactions.bought) AS INT64) AS bought,
         SUM(COALESCE(spending.revenue, laurel.float_of(0))) AS revenue,
         SUM(COALESCE(spending.revenue * spending.revenue, laurel.float_of(0))) AS revenue_squared
       FROM finished
       JOIN reactions ON reactions.customer_id = finished.customer_id
       LEFT JOIN spending ON spending.customer_id = finished.customer_id
       GROUP BY finished.test_group`,
      groupSchema,
      { from },
    );
    return new Map(
      groups.map(({ test_group, customers, clicked, bought, revenue, revenue_squared }): [string, Arm] => {
        if (measure === 'revenue') return [test_group, { customers, sum: revenue, squares: revenue_squared }];
        const count = measure === 'click' ? clicked : bought;
        return [test_group, { customers, sum: count, squares: count }];
      }),
    );
  }
}
