import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Rows that can't be read, with the file, the line where there is one, and what is allowed. */
export class RowsFormatError extends Error {
  override readonly name = 'RowsFormatError';
}

/** A row of a file: the values of the columns asked for, in their order, and where it is, as `FILE line N`. */
export interface CsvRow {
  readonly values: readonly (string | undefined)[];
  readonly where: string;
}

/**
 * The rows of a file that begins with a header holding these columns, in any order (others are ignored). Fields may be quoted as RFC 4180 says,
 * within one line.
 * @param optional columns whose values come after the others', undefined where the file does not have them.
 * @throws RowsFormatError where the file can't be read, is empty or lacks a column.
 */
export async function* csvRows(
  path: string,
  columns: readonly string[],
  optional: readonly string[] = [],
): AsyncGenerator<CsvRow> {
  let positions: readonly number[] | undefined;
  let lineNumber = 0;
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (;;) {
    const next = await lines.next().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RowsFormatError(`${path} can't be read: ${reason}.`, { cause: error });
    });
    if (next.done === true) break;
    lineNumber += 1;
    if (next.value === '') continue;
    const fields = fieldsOf(lineNumber === 1 ? next.value.replace(/^\uFEFF/, '') : next.value);
    if (!positions) {
      positions = [...header(fields, columns, path), ...optional.map(column => fields.indexOf(column))];
      continue;
    }
    yield {
      values: positions.map(at => (at < 0 ? undefined : (fields[at] ?? ''))),
      where: `${path} line ${lineNumber}`,
    };
  }
  if (!positions) throw new RowsFormatError(`${path} is empty; its first line must be ${columns.join(',')}.`);
}

/** @throws RowsFormatError where it is no number above 0. */
export function numberAboveZero(text: string, name: string, where: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value > 0 && value < Infinity) return value;
  throw new RowsFormatError(`${where}: ${name} is "${text}"; it must be a number above 0.`);
}

/**
 * The moment in milliseconds since 1970.
 * @throws RowsFormatError where it is no day or time by RFC 3339.
 */
export function momentOf(text: string, name: string, where: string): number {
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new RowsFormatError(`${where}: ${name} is "${text}"; it must be a time such as 2026-01-31T12:00:00Z.`);
}

function header(fields: readonly string[], columns: readonly string[], path: string): number[] {
  return columns.map(column => {
    const at = fields.indexOf(column);
    if (at >= 0) return at;
    throw new RowsFormatError(
      `${path} line 1 has no column ${column} (it has ${fields.join(', ')}); needed are ${columns.join(', ')}.`,
    );
  });
}

function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = '';
    if (line[at] === '"') {
      at += 1;
      while (at < line.length && !(line[at] === '"' && line[at + 1] !== '"')) {
        if (line[at] === '"') at += 1;
        field += line[at];
        at += 1;
      }
      at += 1;
    } else {
      const end = line.indexOf(',', at) < 0 ? line.length : line.indexOf(',', at);
      field = line.slice(at, end);
      at = end;
    }
    fields.push(field);
    if (line[at] !== ',') return fields;
    at += 1;
  }
}
