import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { dateTime, metric, words } from '../dom/format.js';
import { figuresOf, modelsSchema, type ModelVersion } from './models.js';

const SHOWN_VERSIONS = 4;
const SHOWN_FIGURES = 6;

/** The models, their latest versions, which is live and how good each is. */
export function modelsPanel(view: View): HTMLElement {
  return panel(view, {
    title: 'Models',
    load: async signal => {
      const { models } = await view.services.json('clustering-service', '/v1/models', modelsSchema, { signal });
      if (models.length === 0)
        return h('p', {}, 'No model yet. Train the first: laurel train clusters, laurel train affinity.');
      return models.map(({ name, versions }) =>
        h(
          'div',
          { class: 'model' },
          h('h3', {}, words(name)),
          versions.length === 0
            ? h('p', { class: 'hint' }, 'Not trained yet.')
            : h('ul', { class: 'versions' }, versions.toSorted(newestFirst).slice(0, SHOWN_VERSIONS).map(versionItem)),
        ),
      );
    },
  });
}

function newestFirst(a: ModelVersion, b: ModelVersion): number {
  return (b.trained_at ?? '').localeCompare(a.trained_at ?? '');
}

function versionItem({ version, status, trained_at: trainedAt, metrics, reason }: ModelVersion): HTMLElement {
  const live = status === 'live';
  const figures = figuresOf(metrics, SHOWN_FIGURES);
  return h(
    'li',
    { class: live ? 'live' : '' },
    h(
      'p',
      { class: 'version' },
      h('span', {}, `Version ${version}`),
      h('span', { class: `state ${live ? 'good' : ''}` }, words(status)),
    ),
    trainedAt != null && h('p', { class: 'hint' }, `Trained ${dateTime(trainedAt)}`),
    reason != null && h('p', { class: 'hint' }, reason),
    figures.length > 0 &&
      h(
        'dl',
        { class: 'figures' },
        figures.map(({ name, value }) => h('div', {}, h('dt', {}, name), h('dd', {}, metric(value)))),
      ),
  );
}
