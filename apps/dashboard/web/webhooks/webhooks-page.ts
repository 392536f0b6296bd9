import { panel } from '../app/panel.js';
import { addressOf } from '../app/search-form.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { dateTime, words } from '../dom/format.js';
import { tierBadge } from '../tiers/tier.js';
import { deliveriesPanel } from './deliveries-panel.js';
import { replayForm } from './replay-form.js';
import { testForm } from './test-form.js';
import { endpointsSchema, type Endpoint } from './webhooks.js';

/** Where other systems are told of tier changes; of one endpoint a test, a replay and what became of its messages. */
export function webhooksPage(view: View, id: string | undefined): HTMLElement[] {
  return [
    h('h1', {}, 'Webhooks'),
    h('p', { class: 'lead' }, 'Addresses that are told when a customer changes tiers, as soon as it happens.'),
    h(
      'div',
      { class: 'grid' },
      id !== undefined && endpointPanel(view, id),
      id !== undefined && deliveriesPanel(view, id),
      endpointsPanel(view),
    ),
  ];
}

function endpointsPanel(view: View): HTMLElement {
  return panel(view, {
    title: 'Endpoints',
    class: 'wide',
    load: async signal => {
      const { webhooks } = await endpoints(view, signal);
      if (webhooks.length === 0) return h('p', {}, 'None yet. Add the first with POST /v1/webhooks.');
      return h(
        'ul',
        { class: 'entries' },
        webhooks.map(endpoint => h('li', {}, describe(endpoint))),
      );
    },
  });
}

function endpointPanel(view: View, id: string): HTMLElement {
  return panel(view, {
    title: 'Endpoint',
    class: 'wide',
    load: async signal => {
      const { webhooks } = await endpoints(view, signal);
      const endpoint = webhooks.find(candidate => candidate.id === id);
      if (!endpoint) return h('p', { class: 'notice' }, `There is no webhook ${id}.`);
      return [
        h('div', { class: 'entries' }, describe(endpoint)),
        problem(endpoint),
        testForm(view, id),
        replayForm(view, id),
      ];
    },
  });
}

function endpoints(view: View, signal: AbortSignal) {
  return view.services.json('clustering-service', '/v1/webhooks', endpointsSchema, { signal });
}

function describe({ id, url, description, types, tiers, status }: Endpoint): HTMLElement {
  return h(
    'div',
    {},
    h('p', { class: 'name' }, h('a', { href: addressOf('webhooks', id) }, url)),
    description !== '' && h('p', { class: 'hint' }, description),
    h(
      'p',
      { class: 'chips' },
      h('span', { class: `state ${status === 'enabled' ? 'good' : ''}` }, words(status)),
      tiers.map(tierBadge),
      types.map(type => h('span', { class: 'chip' }, type)),
    ),
  );
}

function problem({ disabled_reason: reason, failing_since: since }: Endpoint): HTMLElement | undefined {
  if (reason !== null) return h('p', { class: 'notice bad' }, `Disabled: ${reason}`);
  return since === null ? undefined : h('p', { class: 'notice busy' }, `Nothing arrives since ${dateTime(since)}.`);
}
