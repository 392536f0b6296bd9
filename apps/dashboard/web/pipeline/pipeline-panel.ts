import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import {
  pipelineStatusSchema,
  readingsOf,
  simulatedNotice,
  type PipelineStatus,
  type Reading,
} from './pipeline-status.js';

const EVERY_MS = 5000;

/** How the shop's changes come in, kept up to date while one looks. */
export function pipelinePanel(view: View): HTMLElement {
  return panel(view, {
    title: 'Pipeline',
    class: 'wide',
    everyMs: EVERY_MS,
    load: async signal => {
      const status = await view.services.json('events-ingester', '/v1/status', pipelineStatusSchema, { signal });
      const simulated = simulatedNotice(status);
      return [
        simulated !== undefined && h('p', { class: 'notice' }, simulated),
        h('div', { class: 'readings' }, readingsOf(status).map(tile)),
        collections(status),
      ];
    },
  });
}

function tile({ name, value, meaning, mood }: Reading): HTMLElement {
  return h(
    'div',
    { class: `reading ${mood}` },
    h('p', { class: 'name' }, name),
    h('p', { class: 'value' }, value),
    h('p', { class: 'meaning' }, meaning),
  );
}

function collections({ capture }: PipelineStatus): HTMLElement | null {
  const names = (capture.collections ?? []).map(entry => {
    if (typeof entry === 'string') return { name: entry, state: undefined };
    return { name: entry.collection ?? entry.name ?? '?', state: entry.state };
  });
  if (names.length === 0) return null;
  return h(
    'p',
    { class: 'chips' },
    'Collections ',
    names.map(({ name, state }) =>
      h('span', { class: 'chip' }, state && state !== 'streaming' ? `${name}: ${state}` : name),
    ),
  );
}
