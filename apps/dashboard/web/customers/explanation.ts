import * as z from 'zod/mini';
import { h } from '../dom/element.js';
import { words } from '../dom/format.js';
import { table } from '../dom/table.js';
import { featureName, featureText } from './features.js';

const contributionSchema = z.looseObject({
  feature: z.string(),
  value: z.number(),
  own_centroid: z.number(),
  neighbour_centroid: z.number(),
  difference: z.number(),
});

const changeSchema = z.looseObject({ feature: z.string(), from: z.number(), to: z.number() });

const modelWordSchema = z.looseObject({
  tier: z.string(),
  neighbour: z.string(),
  contributions: z.array(contributionSchema),
  moves_up: z.nullable(z.looseObject({ to: z.string(), changes: z.array(changeSchema) })),
});

/** Why a customer has a tier, as the clustering-service explains it; before any model was trained, without a model's word. */
export const explanationSchema = z.looseObject({ reason: z.string(), model: z.nullable(modelWordSchema) });

export type Explanation = z.infer<typeof explanationSchema>;

/** What the model says of a customer. */
export type ModelWord = z.infer<typeof modelWordSchema>;

type Contribution = z.infer<typeof contributionSchema>;

/** What would move the customer up, in a sentence; undefined where nothing leads up. */
export function wayUp({ moves_up: up }: Pick<ModelWord, 'moves_up'>): string | undefined {
  if (up === null) return undefined;
  if (up.changes.length === 0) return `Moves up to ${words(up.to)} as they are, with the next decision.`;
  const changes = up.changes.map(
    ({ feature, from, to }) =>
      `${featureName(feature).toLowerCase()} from ${featureText(feature, from)} to ${featureText(feature, to)}`,
  );
  return `Would move up to ${words(up.to)} with ${new Intl.ListFormat('en').format(changes)}.`;
}

/** Each feature against what is typical of the own tier and of its neighbour, the weightiest first. */
export function contributionTable({ tier, neighbour, contributions }: ModelWord): HTMLElement {
  const heaviest = Math.max(...contributions.map(({ difference }) => Math.abs(difference)), Number.MIN_VALUE);
  const columns = ['This customer', `Typical ${words(tier)}`, `Typical ${words(neighbour)}`];
  const row = ({ feature, value, own_centroid: own, neighbour_centroid: other, difference }: Contribution) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, featureName(feature)),
      [value, own, other].map((figure, i) =>
        h(
          'td',
          { class: i === 0 ? 'number strong' : 'number', 'data-label': columns[i] },
          featureText(feature, figure),
        ),
      ),
      h(
        'td',
        {},
        h('meter', {
          min: 0,
          max: 1,
          value: Math.abs(difference) / heaviest,
          class: difference >= 0 ? 'own' : 'other',
          'aria-label': 'Weight',
        }),
        h('span', { class: 'hint' }, difference >= 0 ? words(tier) : words(neighbour)),
      ),
    );
  const sorted = contributions.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return table(
    [{ name: 'Feature' }, ...columns.map(name => ({ name, class: 'number' })), { name: 'Speaks for' }],
    sorted.map(row),
    { class: 'compare', caption: h('caption', { class: 'unseen' }, 'Features compared with the tiers') },
  );
}
