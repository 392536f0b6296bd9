import type { Cell } from './audience-format.js';

/** What a spreadsheet takes for the beginning of a formula; the full-width signs are read as the plain ones by some. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]/;
const NOT_AS_IT_IS = new RegExp(`${FORMULA.source}|${NEEDS_QUOTES.source}`);

/** CSV as RFC 4180 has it, with `\n`. A text that a spreadsheet would take for a formula gets a `'` in front. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return rows.map(row => `${row.map(cellText).join(',')}\n`).join('');
}

function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  if (!NOT_AS_IT_IS.test(cell)) return cell;
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
