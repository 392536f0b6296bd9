import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { csvRows, numberAboveZero, RowsFormatError } from './csv-rows.js';
import type { Split, SplitRow } from './split.js';

const COLUMNS = ['customer', 'item', 'quantity'] as const;

/**
 * Reads train.csv, validation.csv and test.csv of a directory: a header with the columns customer, item and quantity
 * in any order (others are ignored), then rows with a quantity above 0. Fields may be quoted as RFC 4180 says.
 * @throws RowsFormatError naming the file and line.
 */
export async function readSplit(directory: string): Promise<Split> {
  if (!(await isDirectory(directory))) {
    throw new RowsFormatError(
      `${directory} is not a directory; give one that holds train.csv, validation.csv, test.csv.`,
    );
  }
  const train = await readPart(join(directory, 'train.csv'));
  if (train.length === 0) throw new RowsFormatError(`${join(directory, 'train.csv')} has no rows to learn from.`);
  const test = await readPart(join(directory, 'test.csv'));
  if (test.length === 0) throw new RowsFormatError(`${join(directory, 'test.csv')} has no rows to test on.`);
  const validation = await readPart(join(directory, 'validation.csv'));
  const known = new Set([...train, ...validation].map(({ customer }) => customer));
  if (!test.some(({ customer }) => known.has(customer))) {
    const path = join(directory, 'test.csv');
    throw new RowsFormatError(`${path} has no customer of train.csv or validation.csv; there is nobody to test on.`);
  }
  return { train, validation, test };
}

async function readPart(path: string): Promise<SplitRow[]> {
  const rows: SplitRow[] = [];
  for await (const { values, where } of csvRows(path, COLUMNS)) {
    const [customer = '', item = '', quantity = ''] = values;
    if (customer === '' || item === '') throw new RowsFormatError(`${where}: customer and item must not be empty.`);
    rows.push({ customer, item, quantity: numberAboveZero(quantity, 'quantity', where) });
  }
  return rows;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
