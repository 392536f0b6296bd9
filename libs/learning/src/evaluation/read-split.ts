import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { csvRows, momentOf, numberAboveZero, RowsFormatError } from './csv-rows.js';
import { SplitPacker, unpackSplit, type PackedRows } from './packed-rows.js';
import { dayOf, distinct, type Split } from './split.js';

const COLUMNS = ['customer', 'item', 'quantity'] as const;

/**
 * Reads train.csv, validation.csv and test.csv of a directory: a header with the columns customer, item and quantity
 * in any order (others are ignored), then rows with a quantity above 0. Fields may be quoted as RFC 4180 says. A column `placed_at` (RFC 3339) tells
 * when it was bought.
 * @returns it as `packSplit` does.
 * @throws RowsFormatError naming the file and line.
 */
export async function readSplit(directory: string): Promise<PackedRows> {
  if (!(await isDirectory(directory))) {
    throw new RowsFormatError(
      `${directory} is not a directory; give one that holds train.csv, validation.csv, test.csv.`,
    );
  }
  const packer = new SplitPacker();
  const pathOf = (part: keyof Split): string => join(directory, `${part}.csv`);
  for (const part of ['train', 'validation', 'test'] as const) await readPart(pathOf(part), part, packer);
  const rows = packer.pack();
  const { train, validation, test } = unpackSplit(rows);
  if (train.length === 0) throw new RowsFormatError(`${pathOf('train')} has no rows to learn from.`);
  if (test.length === 0) throw new RowsFormatError(`${pathOf('test')} has no rows to test on.`);
  const known = distinct(({ customer }) => customer, train, validation);
  for (const { customer } of test) if (known.has(customer)) return rows;
  throw new RowsFormatError(
    `${pathOf('test')} has no customer of train.csv or validation.csv; there is nobody to test on.`,
  );
}

async function readPart(path: string, part: keyof Split, packer: SplitPacker): Promise<void> {
  for await (const { values, where } of csvRows(path, COLUMNS, ['placed_at'])) {
    const [customer = '', item = '', quantity = '', placedAt] = values;
    if (customer === '' || item === '') throw new RowsFormatError(`${where}: customer and item must not be empty.`);
    const day = placedAt === undefined ? undefined : dayOf(momentOf(placedAt, 'placed_at', where));
    packer.add(part, { customer, item, quantity: numberAboveZero(quantity, 'quantity', where), day });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
