import { h, type Content } from './element.js';

/** A column: what stands at its head ('' for nothing), and the class of that, as in `number`. */
export interface Column {
  name: string;
  class?: string;
}

/** A table with a head of its columns and rows that were made (`tr`). */
export function table(
  columns: readonly Column[],
  rows: readonly HTMLTableRowElement[],
  { caption, class: className }: { caption?: Content; class?: string } = {},
): HTMLTableElement {
  return h(
    'table',
    { class: className },
    caption,
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        columns.map(({ name, class: columnClass }) =>
          name === '' ? h('td', {}) : h('th', { scope: 'col', class: columnClass }, name),
        ),
      ),
    ),
    h('tbody', {}, rows),
  );
}
