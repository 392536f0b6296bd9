import { Money } from '@laurel/shop';
import { z } from 'zod';
import { WarehouseError } from '../errors.js';

/** One row of a result, by column. */
export type PlainRow = Record<string, unknown>;

/** A column of a result. */
export const resultFieldSchema = z.object({ name: z.string(), type: z.string(), mode: z.string().optional() });

export type ResultField = z.infer<typeof resultFieldSchema>;

/** A row as the REST service gives it: `f` the cells, `v` the value of each. */
export const resultRowSchema = z.object({ f: z.array(z.object({ v: z.unknown() })) });

const repeatedSchema = z.array(z.object({ v: z.unknown() }));
const textSchema = z.string().nullable();

/** Turns rows of a result into plain rows, cell by cell as {@link Warehouse.query} promises. */
export function plainRows(
  fields: readonly ResultField[],
  rows: readonly z.infer<typeof resultRowSchema>[],
): PlainRow[] {
  return rows.map(({ f }) => {
    const plain: PlainRow = {};
    for (const [index, field] of fields.entries()) plain[field.name] = readCell(field, f[index]?.v ?? null);
    return plain;
  });
}

function readCell(field: ResultField, value: unknown): unknown {
  if (field.mode === 'REPEATED') return repeatedSchema.parse(value ?? []).map(({ v }) => readScalar(field, v));
  return readScalar(field, value);
}

function readScalar({ name, type }: ResultField, value: unknown): unknown {
  const text = textSchema.safeParse(value);
  if (!text.success)
    throw new WarehouseError(`Column ${name}: ${type} cannot be read here: take its fields apart in the query`);
  if (text.data === null) return null;
  switch (type) {
    case 'INTEGER':
    case 'INT64':
      return wholeNumber(name, text.data);
    case 'FLOAT':
    case 'FLOAT64':
      return Number(text.data);
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return decimalText(text.data);
    case 'BOOLEAN':
    case 'BOOL':
      return text.data === 'true';
    case 'TIMESTAMP':
      return new Date(Math.floor(Number(text.data) / 1000));
    case 'JSON':
      return JSON.parse(text.data);
    default:
      return text.data;
  }
}

/** A whole number as a number. @throws WarehouseError beyond 2^53. */
export function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new WarehouseError(
    `Column ${name}: ${text} is beyond 2^53 and would lose digits: cast it to text in the query`,
  );
}

/** Without trailing zeros; digits beyond NUMERIC's nine decimals stay as they are. */
export function decimalText(text: string): string {
  if (/\.\d{10,}$/.test(text)) return text.replace(/\.?0+$/, '');
  return Money.toString(Money.of(text));
}
