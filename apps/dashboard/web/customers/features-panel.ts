import * as z from 'zod/mini';
import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { amount, date } from '../dom/format.js';
import { featureName, featureText } from './features.js';

const moneySchema = z.nullish(z.union([z.number(), z.string()]));

const featuresSchema = z.looseObject({
  session_count: z.number(),
  total_time_spend_by_user_in_msec: z.number(),
  average_order_value: z.number(),
  no_of_orders: z.number(),
  revenue: moneySchema,
  first_order_at: z.nullish(z.string()),
  last_order_at: z.nullish(z.string()),
});

const SHOWN = ['no_of_orders', 'average_order_value', 'session_count', 'total_time_spend_by_user_in_msec'] as const;

/** What a customer did within the window, live. */
export function featuresPanel(view: View, id: string): HTMLElement {
  return panel(view, {
    title: 'What they did',
    load: async signal => {
      const features = await view.services.json(
        'feature-service',
        `/v1/features/${encodeURIComponent(id)}`,
        featuresSchema,
        { signal },
      );
      const facts: [string, string][] = SHOWN.map(feature => [
        featureName(feature),
        featureText(feature, features[feature]),
      ]);
      if (features.revenue != null) facts.push(['Revenue', amount(Number(features.revenue))]);
      if (features.last_order_at != null) facts.push(['Last order', date(features.last_order_at)]);
      return h(
        'dl',
        { class: 'facts' },
        facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
      );
    },
  });
}
