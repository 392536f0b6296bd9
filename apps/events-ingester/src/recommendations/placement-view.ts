import { ratioInterval, wilsonInterval } from '@laurel/learning';
import type { z } from 'zod';
import type { PlacementResult } from './recommendation-results.js';
import type { metricsSchema } from './recommendation-views.js';

/** What one model version's recommendations came to in one placement, with rates and their 95 % intervals. */
export type PlacementView = z.infer<typeof metricsSchema>['metrics'][number];

/** Rates and intervals of counts: Wilson's for shares of impressions, the delta method over customers for revenue. */
export function placementView(result: PlacementResult): PlacementView {
  const { model, version, placement, customers, impressions, clicks, carts, purchases, revenue } = result;
  const perImpression = ratioInterval({
    units: customers,
    x: impressions,
    y: revenue,
    xx: result.impressions_squared,
    yy: result.revenue_squared,
    xy: result.impressions_revenue,
  });
  const thousand = (value: number | null) => (value === null ? null : value * 1000);
  return {
    model,
    version,
    placement,
    customers,
    impressions,
    clicks,
    carts,
    purchases,
    revenue,
    click_through_rate: wilsonInterval(clicks, impressions),
    conversion_rate: wilsonInterval(purchases, impressions),
    revenue_per_thousand: {
      value: perImpression.value * 1000,
      low: thousand(perImpression.low),
      high: thousand(perImpression.high),
    },
  };
}
