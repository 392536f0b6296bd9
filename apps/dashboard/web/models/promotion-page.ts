import { panel } from '../app/panel.js';
import { addressOf } from '../app/search-form.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { amount, count, dateTime, percent, words } from '../dom/format.js';
import { dryRunSchema } from './dry-run.js';
import { modelsSchema } from './models.js';
import { tierMatrix } from './tier-matrix.js';

const MODEL = 'user_clusters';

/** What making another version of the tiers' model live would do to the customers, before it is done. */
export function promotionPage(view: View, version: string | undefined): HTMLElement[] {
  return [
    h('h1', {}, 'Before a promotion'),
    h(
      'p',
      { class: 'lead' },
      'Decides every customer by another version of the tiers’ model, and changes nothing: who would go where, what is at stake, what they would be told.',
    ),
    h('div', { class: 'grid' }, version !== undefined && dryRunPanel(view, version), versionsPanel(view)),
  ];
}

function versionsPanel(view: View): HTMLElement {
  return panel(view, {
    title: 'Versions',
    load: async signal => {
      const { models } = await view.services.json('clustering-service', '/v1/models', modelsSchema, { signal });
      const versions = models.find(({ name }) => name === MODEL)?.versions ?? [];
      if (versions.length === 0) return h('p', {}, 'No model yet. Train the first: laurel train clusters.');
      return h(
        'p',
        { class: 'chips' },
        versions.map(({ version, status }) =>
          h(
            'a',
            { class: 'chip', href: addressOf('promotion', String(version)) },
            `Version ${version}, ${words(status).toLowerCase()}`,
          ),
        ),
      );
    },
  });
}

function dryRunPanel(view: View, version: string): HTMLElement {
  return panel(view, {
    title: `If version ${version} went live`,
    class: 'wide',
    load: async signal => {
      const path = `/v1/models/${MODEL}/versions/${encodeURIComponent(version)}/dry-run`;
      const run = await view.services.json('clustering-service', path, dryRunSchema, { signal });
      const { customers, revenue, share } = run.revenue_at_risk;
      return [
        h('p', { class: 'headline' }, h('strong', {}, count(run.customers)), ' customers'),
        tierMatrix('Right after it', run.transitions),
        tierMatrix('Once downgrades were confirmed and announced', run.headed_for),
        h('h3', {}, 'At risk'),
        h(
          'p',
          {},
          `${count(customers)} customers are headed down. Their revenue in the window: ${amount(revenue)}, ${percent(share)} of all.`,
        ),
        h('h3', {}, 'Messages at once'),
        h(
          'dl',
          { class: 'figures' },
          Object.entries(run.messages).map(([type, number]) =>
            h('div', {}, h('dt', {}, words(type.replace('tier.', ''))), h('dd', {}, count(number))),
          ),
        ),
        h(
          'p',
          { class: 'hint' },
          `As of ${dateTime(run.as_of)}. To make it live: laurel models promote ${MODEL} ${version}`,
        ),
      ];
    },
  });
}
