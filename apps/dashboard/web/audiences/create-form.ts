import type { View } from '../app/view.js';
import { fill, h } from '../dom/element.js';
import { words } from '../dom/format.js';
import { TIERS } from '../tiers/tier.js';
import { audienceSchema } from './audiences.js';

/** Makes a new audience of one or more tiers. */
export function createForm(view: View, onCreated: () => void): HTMLElement {
  const name = h('input', { id: 'audience-name', name: 'name', required: true, maxlength: 100, autocomplete: 'off' });
  const boxes = TIERS.map(tier => ({ tier, box: h('input', { type: 'checkbox', name: 'tier', value: tier }) }));
  const outcome = h('p', { class: 'hint', role: 'status' });
  const submit = (event: Event) => {
    event.preventDefault();
    const tiers = boxes.flatMap(({ tier, box }) => (box.checked ? [tier] : []));
    if (tiers.length === 0) return fill(outcome, 'Choose at least one tier.');
    view.services
      .json('clustering-service', '/v1/audiences', audienceSchema, {
        method: 'POST',
        body: { name: name.value.trim(), filter: { tiers } },
        signal: view.signal,
      })
      .then(onCreated)
      .catch((error: unknown) => fill(outcome, error instanceof Error ? error.message : String(error)));
  };
  return h(
    'form',
    { class: 'create', submit },
    h('label', { for: 'audience-name' }, 'Name'),
    name,
    h(
      'fieldset',
      {},
      h('legend', {}, 'Tiers'),
      boxes.map(({ tier, box }) => h('label', { class: 'check' }, box, words(tier))),
    ),
    h('button', { type: 'submit', class: 'primary' }, 'Create audience'),
    outcome,
  );
}
