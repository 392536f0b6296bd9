import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { words } from '../dom/format.js';
import {
  pipelineStatusSchema,
  readingsOf,
  simulatedNotice,
  snapshotProgress,
  type Reading,
  type SnapshotProgress,
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
        snapshotProgress(status).map(progress),
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

function progress({ collection, text, share }: SnapshotProgress): HTMLElement {
  const id = `snapshot-${collection}`;
  return h(
    'div',
    { class: 'snapshot' },
    h('label', { for: id }, words(collection)),
    h('progress', { id, max: 1, value: share }),
    h('span', { class: 'hint' }, text),
  );
}
