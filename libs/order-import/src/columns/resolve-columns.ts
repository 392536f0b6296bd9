import { OrderFileError } from '../order-file-error.js';
import { detectColumn, NEEDED_COLUMNS, ORDER_COLUMNS, type ColumnMapping, type OrderColumn } from './order-columns.js';

/**
 * Which column of the file means what: `named` wins, the rest is found by common names.
 *
 * @throws OrderFileError when a named column does not exist or a needed one is missing; it lists what the file has.
 */
export function resolveColumns(
  file: string,
  header: readonly string[],
  named: Readonly<Partial<Record<OrderColumn, string>>>,
): ColumnMapping {
  const mapping: Partial<Record<OrderColumn, string>> = {};
  const taken = new Set<string>();
  for (const column of ORDER_COLUMNS) {
    const name = named[column];
    if (name === undefined) continue;
    if (!header.includes(name)) {
      throw new OrderFileError(
        file,
        `there is no column ${JSON.stringify(name)} for ${column}; ${listed(header)}`,
        'Name one of these',
      );
    }
    mapping[column] = name;
    taken.add(name);
  }
  for (const column of ORDER_COLUMNS) {
    const name =
      mapping[column] ??
      detectColumn(
        column,
        header.filter(candidate => !taken.has(candidate)),
      );
    if (name === undefined) continue;
    mapping[column] = name;
    taken.add(name);
  }
  if (isComplete(mapping)) return mapping;
  const missing = NEEDED_COLUMNS.filter(column => mapping[column] === undefined);
  throw new OrderFileError(
    file,
    `no column was recognised for ${missing.join(', ')}; ${listed(header)}`,
    `Name them, for example --column ${missing[0] ?? 'order'}=${JSON.stringify(header[0] ?? 'NAME')}`,
  );
}

function isComplete(mapping: Partial<Record<OrderColumn, string>>): mapping is ColumnMapping {
  return NEEDED_COLUMNS.every(column => mapping[column] !== undefined);
}

function listed(header: readonly string[]): string {
  const shown = header.slice(0, 30).map(name => JSON.stringify(name));
  return `the file has ${shown.join(', ')}${header.length > shown.length ? ` and ${header.length - shown.length} more` : ''}`;
}
