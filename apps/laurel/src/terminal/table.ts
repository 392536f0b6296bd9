import Table from 'cli-table3';

/** Rows under headings as aligned text for a terminal. Numbers are right-aligned. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = headings.map((_, column) => rows.length > 0 && rows.every(row => typeof row[column] === 'number'));
  const view = new Table({
    head: [...headings],
    colAligns: numeric.map(right => (right ? 'right' : 'left')),
    style: { head: ['bold'], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });
  for (const row of rows) view.push(row.map(cell => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)));
  return view.toString();
}
