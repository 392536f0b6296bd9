import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Split, SplitRow } from './split.js';

const COLUMNS = ['customer', 'item', 'quantity'] as const;

/** A split that can't be read, with the file, the line where there is one, and what is allowed. */
export class SplitFormatError extends Error {
  override readonly name = 'SplitFormatError';
}

/**
 * Reads train.csv, validation.csv and test.csv of a directory: a header with the columns customer, item and quantity
 * in any order (others are ignored), then rows with a quantity above 0. Fields may be quoted as RFC 4180 says.
 * @throws SplitFormatError naming the file and line.
 */
export async function readSplit(directory: string): Promise<Split> {
  if (!(await isDirectory(directory))) {
    throw new SplitFormatError(
      `${directory} is not a directory; give one that holds train.csv, validation.csv, test.csv.`,
    );
  }
  const train = await readPart(join(directory, 'train.csv'));
  if (train.length === 0) throw new SplitFormatError(`${join(directory, 'train.csv')} has no rows to learn from.`);
  const test = await readPart(join(directory, 'test.csv'));
  if (test.length === 0) throw new SplitFormatError(`${join(directory, 'test.csv')} has no rows to test on.`);
  return { train, validation: await readPart(join(directory, 'validation.csv')), test };
}

async function readPart(path: string): Promise<SplitRow[]> {
  const rows: SplitRow[] = [];
  let positions: readonly number[] | undefined;
  let lineNumber = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
      lineNumber += 1;
      if (line === '') continue;
      const fields = fieldsOf(lineNumber === 1 ? line.replace(/^\uFEFF/, '') : line);
      if (positions) rows.push(rowOf(fields, positions, path, lineNumber));
      else positions = header(fields, path);
    }
  } catch (error) {
    if (error instanceof SplitFormatError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SplitFormatError(`${path} can't be read: ${reason}.`, { cause: error });
  }
  if (!positions) throw new SplitFormatError(`${path} is empty; its first line must be ${COLUMNS.join(',')}.`);
  return rows;
}

function header(fields: readonly string[], path: string): number[] {
  return COLUMNS.map(column => {
    const at = fields.indexOf(column);
    if (at >= 0) return at;
    throw new SplitFormatError(
      `${path} line 1 has no column ${column} (it has ${fields.join(', ')}); needed are ${COLUMNS.join(', ')}.`,
    );
  });
}

function rowOf(fields: readonly string[], positions: readonly number[], path: string, lineNumber: number): SplitRow {
  const [customer = '', item = '', quantityText = ''] = positions.map(at => fields[at]);
  if (customer === '' || item === '') {
    throw new SplitFormatError(`${path} line ${lineNumber}: customer and item must not be empty.`);
  }
  const quantity = quantityText.trim() === '' ? NaN : Number(quantityText);
  if (!(quantity > 0 && quantity < Infinity)) {
    throw new SplitFormatError(
      `${path} line ${lineNumber}: quantity is "${quantityText}"; it must be a number above 0.`,
    );
  }
  return { customer, item, quantity };
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

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
