import { detectColumn, NEEDED_COLUMNS } from '../columns/order-columns.js';
import { OrderFileError } from '../order-file-error.js';

/** The signs a CSV file may separate its columns with. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The fields of the first line of a CSV text; a quoted field may hold the delimiter, blanks and doubled quotes. */
export function headerFields(head: string, delimiter: string): readonly string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = head.startsWith('\uFEFF') ? 1 : 0; at < head.length; at++) {
    const sign = head.charAt(at);
    if (quoted && sign === '"' && head.charAt(at + 1) === '"') field += head.charAt(at++);
    else if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === '\n' || sign === '\r')) break;
    else if (!quoted && sign === delimiter) {
      fields.push(field);
      field = '';
    } else field += sign;
  }
  return [...fields, field];
}

/**
 * The delimiter of a CSV file by its first line: the one under which most of the needed columns are recognised or, failing that, the most
 * columns. A delimiter given by the user is taken if it separates anything.
 *
 * @throws OrderFileError when no delimiter, or not the given one, separates the first line into columns.
 */
export function findDelimiter(file: string, head: string, given: string | undefined): string {
  const rank = (delimiter: string): readonly [number, number] => {
    const fields = headerFields(head, delimiter);
    return [NEEDED_COLUMNS.filter(column => detectColumn(column, fields) !== undefined).length, fields.length];
  };
  const ranked = DELIMITERS.map(delimiter => ({ delimiter, rank: rank(delimiter) })).sort(
    (a, b) => b.rank[0] - a.rank[0] || b.rank[1] - a.rank[1],
  );
  const best = ranked[0];
  const chosen = given ?? best?.delimiter ?? ',';
  if (rank(chosen)[1] > 1) return chosen;
  const found = `its first line has one column when separated by ${shown(chosen)}: ${JSON.stringify(headerFields(head, chosen)[0]?.slice(0, 200))}`;
  const advice =
    best && best.rank[1] > 1
      ? `It looks separated by ${shown(best.delimiter)}`
      : `Allowed are ${DELIMITERS.map(shown).join(', ')} or any single sign with --delimiter`;
  throw new OrderFileError(file, found, advice);
}

function shown(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : JSON.stringify(delimiter);
}
