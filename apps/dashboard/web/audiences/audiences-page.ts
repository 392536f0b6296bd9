import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { fill, h } from '../dom/element.js';
import { date } from '../dom/format.js';
import { tierBadge } from '../tiers/tier.js';
import { audiencesSchema, type Audience } from './audiences.js';
import { createForm } from './create-form.js';
import { exportForm } from './export-form.js';

/** The saved audiences, each with its export, and a form for another. */
export function audiencesPage(view: View): HTMLElement[] {
  const list = h('div', { class: 'wide' });
  const reload = () => fill(list, listPanel(view));
  const create = h('section', { class: 'card', 'aria-label': 'New audience' }, h('h2', {}, 'New audience'));
  const renew = () => {
    fill(
      create,
      h('h2', {}, 'New audience'),
      createForm(view, () => {
        reload();
        renew();
      }),
    );
  };
  renew();
  reload();
  return [
    h('h1', {}, 'Audiences'),
    h(
      'p',
      { class: 'lead' },
      'Groups of customers for a campaign. Consent is applied when a file is made: who did not agree is left out.',
    ),
    h('div', { class: 'grid' }, list, create),
  ];
}

function listPanel(view: View): HTMLElement {
  return panel(view, {
    title: 'Saved audiences',
    load: async signal => {
      const { audiences } = await view.services.json('clustering-service', '/v1/audiences', audiencesSchema, {
        signal,
      });
      if (audiences.length === 0) return h('p', {}, 'None yet: make the first below.');
      return h(
        'ul',
        { class: 'entries' },
        audiences.map(audience => h('li', {}, describe(audience), exportForm(view, audience))),
      );
    },
  });
}

function describe({ name, filter, created_at: createdAt }: Audience): HTMLElement {
  const others = Object.keys(filter ?? {}).filter(key => key !== 'tiers');
  return h(
    'div',
    {},
    h('p', { class: 'name' }, name),
    h(
      'p',
      { class: 'chips' },
      (filter?.tiers ?? []).map(tierBadge),
      others.map(key => h('span', { class: 'chip' }, key.replaceAll('_', ' '))),
    ),
    createdAt != null && h('p', { class: 'hint' }, `Made ${date(createdAt)}`),
  );
}
