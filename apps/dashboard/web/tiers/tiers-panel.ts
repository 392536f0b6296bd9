import { panel } from '../app/panel.js';
import { addressOf } from '../app/search-form.js';
import type { View } from '../app/view.js';
import { fill, h } from '../dom/element.js';
import { count, dateTime, percent } from '../dom/format.js';
import { table } from '../dom/table.js';
import { segmentsOf, segmentsSchema, someMembers, type Segment } from './segments.js';
import { tierBadge } from './tier.js';
import { tierChart } from './tier-chart.js';

const SHOWN_MEMBERS = 12;

/** The loyalty tiers: how many customers each has, and some of them. */
export function tiersPanel(view: View): HTMLElement {
  return panel(view, {
    title: 'Loyalty tiers',
    load: async signal => {
      const answer = await view.services.json('clustering-service', '/v1/segments', segmentsSchema, { signal });
      const segments = segmentsOf(answer);
      const total = segments.reduce((sum, { members }) => sum + members, 0);
      if (total === 0)
        return h(
          'p',
          {},
          'No customer has a tier yet. The first ones come when the shop has customers and a model was trained: laurel train clusters.',
        );
      return [
        h('p', { class: 'headline' }, h('strong', {}, count(total)), ' customers'),
        tierChart(segments, signal),
        tierTable(view, segments),
        h(
          'p',
          { class: 'hint' },
          answer.model_version != null && `Model version ${answer.model_version}. `,
          answer.as_of != null && `As of ${dateTime(answer.as_of)}.`,
        ),
      ];
    },
  });
}

function tierTable(view: View, segments: readonly Segment[]): HTMLElement {
  const members = h('div', { class: 'members', 'aria-live': 'polite' });
  const row = (segment: Segment) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, tierBadge(segment.tier)),
      h('td', { class: 'number' }, count(segment.members)),
      h('td', { class: 'number spare' }, percent(segment.share)),
      h(
        'td',
        { class: 'action' },
        segment.members > 0 &&
          h(
            'button',
            {
              type: 'button',
              class: 'quiet',
              click: () => void showMembers(view, segment.tier, members),
              'aria-label': `Show customers of ${segment.tier.toLowerCase()}`,
            },
            'See some',
          ),
      ),
    );
  return h(
    'div',
    {},
    table(
      [
        { name: 'Tier' },
        { name: 'Customers', class: 'number' },
        { name: 'Share', class: 'number spare' },
        { name: '' },
      ],
      segments.map(row),
      { caption: h('caption', { class: 'unseen' }, 'Customers by tier') },
    ),
    members,
  );
}

async function showMembers(view: View, tier: string, into: HTMLElement): Promise<void> {
  fill(into, h('p', { class: 'loading' }, 'Loading…'));
  try {
    const ids = await someMembers(view.services, tier, SHOWN_MEMBERS, view.signal);
    fill(
      into,
      h(
        'p',
        { class: 'chips' },
        tierBadge(tier),
        ids.map(id => h('a', { class: 'chip', href: addressOf('customer', id) }, id)),
      ),
    );
  } catch (error) {
    if (!view.signal.aborted)
      fill(
        into,
        h('p', { class: 'notice bad', role: 'alert' }, error instanceof Error ? error.message : String(error)),
      );
  }
}
