import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { amount, count, percent, words } from '../dom/format.js';
import { table } from '../dom/table.js';
import { estimateText, resultsSchema } from './results.js';

const HEADS = ['Shown by', 'Placement', 'Impressions', 'Clicked', 'Bought', 'Revenue a thousand'];

/** What recommendations of the last 28 days came to, by model version and placement, with 95 % intervals. */
export function resultsPanel(view: View): HTMLElement {
  return panel(view, {
    title: 'What recommendations brought',
    class: 'wide',
    everyMs: 60_000,
    load: async signal => {
      const path = '/v1/recommendations/metrics';
      const { metrics } = await view.services.json('events-ingester', path, resultsSchema, { signal });
      if (metrics.length === 0)
        return h('p', { class: 'hint' }, 'No feedback in the last 28 days: tell it with recordFeedback.');
      const rows = metrics.map(({ model, version, placement, impressions, ...rates }) => [
        `${words(model)} ${version}`,
        placement,
        count(impressions),
        estimateText(rates.click_through_rate, percent),
        estimateText(rates.conversion_rate, percent),
        estimateText(rates.revenue_per_thousand, amount),
      ]);
      return h(
        'div',
        { class: 'scrolled', tabindex: '0' },
        table(
          HEADS.map(name => ({ name })),
          rows.map(row =>
            h(
              'tr',
              {},
              row.map(text => h('td', {}, text)),
            ),
          ),
        ),
      );
    },
  });
}
