import { h } from '../dom/element.js';
import { count, words } from '../dom/format.js';
import { table } from '../dom/table.js';
import { TIERS, tierBadge } from '../tiers/tier.js';
import type { TierMatrix } from './dry-run.js';

/** A table of who would go where: a row for each tier of now, a column for each that would come. */
export function tierMatrix(caption: string, matrix: TierMatrix): HTMLElement {
  return table(
    [{ name: 'From' }, ...TIERS.map(tier => ({ name: words(tier), class: 'number' }))],
    TIERS.map(from =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, tierBadge(from)),
        TIERS.map(to => h('td', { class: 'number' }, count(matrix[from][to]))),
      ),
    ),
    { caption: h('caption', {}, caption) },
  );
}
