import * as z from 'zod/mini';
import { CallError } from '../api/call-error.js';
import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { date, words } from '../dom/format.js';
import { tierBadge } from '../tiers/tier.js';
import { contributionTable, explanationSchema, wayUp, type Explanation } from './explanation.js';

const tierSchema = z.looseObject({
  tier: z.string(),
  effective_from: z.nullish(z.string()),
  source: z.nullish(z.string()),
  announced: z.nullish(z.looseObject({ to: z.string(), effective_at: z.string() })),
  pin: z.nullish(z.looseObject({ reason: z.string() })),
  perks: z.nullish(z.array(z.string())),
});

const SOURCES: Readonly<Record<string, string>> = {
  model: 'decided by the model',
  gate: 'no order within the window',
  manual: 'set by a person',
};

/** A customer's tier, why they have it, and what would move them up. */
export function tierPanel(view: View, id: string): HTMLElement {
  return panel(view, {
    title: 'Tier',
    class: 'wide',
    load: async signal => {
      const path = `/v1/customers/${encodeURIComponent(id)}/tier`;
      const [now, explanation] = await Promise.all([
        view.services.json('clustering-service', path, tierSchema, { signal }),
        view.services
          .json('clustering-service', `${path}/explanation`, explanationSchema, { signal })
          .catch(unexplained),
      ]);
      const since = now.effective_from == null ? '' : `since ${date(now.effective_from)}`;
      const how = now.source == null ? '' : (SOURCES[now.source] ?? words(now.source));
      const word = explanation?.model ?? undefined;
      const up = word && wayUp(word);
      return [
        h(
          'p',
          { class: 'headline' },
          tierBadge(now.tier),
          ' ',
          h('span', { class: 'hint' }, [since, how].filter(Boolean).join(' · ')),
        ),
        explanation && explanation.reason !== '' && h('p', {}, explanation.reason),
        now.pin != null && h('p', { class: 'notice' }, `Set by a person: ${now.pin.reason}`),
        now.announced != null &&
          h(
            'p',
            { class: 'notice busy' },
            `Moves down to ${words(now.announced.to)} on ${date(now.announced.effective_at)}, unless they make up for it.`,
          ),
        up !== undefined && h('p', { class: 'notice good' }, up),
        word && contributionTable(word),
        now.perks != null &&
          now.perks.length > 0 && [
            h('h3', {}, 'Perks'),
            h(
              'ul',
              { class: 'perks' },
              now.perks.map(perk => h('li', {}, words(perk))),
            ),
          ],
      ];
    },
  });
}

function unexplained(error: unknown): Explanation | undefined {
  if (error instanceof CallError && error.failure !== 'wrong-key') return undefined;
  throw error;
}
