import * as z from 'zod/mini';
import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { date, words } from '../dom/format.js';
import { tierBadge } from '../tiers/tier.js';

const historySchema = z.looseObject({
  history: z.array(
    z.looseObject({
      tier: z.nullable(z.string()),
      effective_from: z.string(),
      effective_to: z.nullish(z.string()),
      reason: z.nullish(z.string()),
      reason_type: z.nullish(z.string()),
    }),
  ),
});

/** The tiers a customer had, the latest first. */
export function historyPanel(view: View, id: string): HTMLElement {
  return panel(view, {
    title: 'Tier history',
    load: async signal => {
      const { history } = await view.services.json(
        'clustering-service',
        `/v1/customers/${encodeURIComponent(id)}/tier/history`,
        historySchema,
        { signal },
      );
      if (history.length === 0) return h('p', {}, 'No tier was decided yet.');
      return h(
        'ol',
        { class: 'timeline' },
        history
          .toSorted((a, b) => b.effective_from.localeCompare(a.effective_from))
          .map(entry =>
            h(
              'li',
              {},
              entry.tier === null ? h('span', {}, 'No tier') : tierBadge(entry.tier),
              h(
                'span',
                {},
                entry.effective_to == null
                  ? `since ${date(entry.effective_from)}`
                  : `${date(entry.effective_from)} – ${date(entry.effective_to)}`,
              ),
              h('span', { class: 'hint' }, entry.reason ?? words(entry.reason_type ?? '')),
            ),
          ),
      );
    },
  });
}
