import { panel } from '../app/panel.js';
import { addressOf, searchForm } from '../app/search-form.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { someMembers } from '../tiers/segments.js';
import { tierBadge } from '../tiers/tier.js';
import { featuresPanel } from './features-panel.js';
import { historyPanel } from './history-panel.js';
import { tierPanel } from './tier-panel.js';
import { topFivePanel } from './top-five-panel.js';

const SUGGESTED = 6;

/** All that is known of one customer; without an id, some to begin with. */
export function customerPage(view: View, id: string | undefined): HTMLElement[] {
  const search = searchForm('Customer id', 'customer', id ?? '', 'for example 17850');
  if (id === undefined) return [h('h1', {}, 'Customer'), search, suggestions(view)];
  return [
    h('h1', {}, 'Customer ', h('span', { class: 'id' }, id)),
    search,
    h(
      'div',
      { class: 'grid' },
      tierPanel(view, id),
      topFivePanel(view, id),
      h('div', { class: 'stack' }, featuresPanel(view, id), historyPanel(view, id)),
    ),
  ];
}

function suggestions(view: View): HTMLElement {
  return panel(view, {
    title: 'Some customers',
    load: async signal => {
      const tiers = ['PLATINUM', 'GOLD', 'SILVER', 'BRONZE'];
      const members = await Promise.all(tiers.map(tier => someMembers(view.services, tier, SUGGESTED, signal)));
      return tiers.map((tier, i) =>
        h(
          'p',
          { class: 'chips' },
          tierBadge(tier),
          (members[i] ?? []).map(member => h('a', { class: 'chip', href: addressOf('customer', member) }, member)),
        ),
      );
    },
  });
}
