import { Money } from '@laurel/shop';
import type { Column } from './column.js';
import { jsonText } from './json-text.js';

/**
 * What goes into a column: NUMERIC as billionths, TIMESTAMP as microseconds since 1970, INT64 as bigint, JSON and STRING as text.
 */
export type Cell = string | number | bigint | boolean | null;

/** A value whose type is not its column's. */
export class CellError extends Error {
  override readonly name = 'CellError';
}

/**
 * Turns a field's value into its column's cell.
 * @throws CellError where the type is another one than the column's.
 */
export function cellOf(column: Column, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (column.type) {
    case 'STRING':
      if (typeof value === 'string') return value;
      break;
    case 'FLOAT64':
      if (typeof value === 'number') return value;
      break;
    case 'BOOL':
      if (typeof value === 'boolean') return value;
      break;
    case 'INT64':
      if (Number.isSafeInteger(value)) return BigInt(Number(value));
      break;
    case 'NUMERIC':
      if (typeof value === 'number' && Number.isFinite(value)) return Money.of(value);
      break;
    case 'TIMESTAMP':
      if (value instanceof Date && !Number.isNaN(value.getTime())) return BigInt(value.getTime()) * 1000n;
      break;
    case 'JSON':
      return jsonText(value);
  }
  throw new CellError(`${column.field}: ${expectedNames[column.type]} expected, found ${nameOf(value)}`);
}

const expectedNames: Readonly<Record<Column['type'], string>> = {
  STRING: 'string',
  FLOAT64: 'number',
  BOOL: 'boolean',
  INT64: 'whole number',
  NUMERIC: 'number',
  TIMESTAMP: 'date',
  JSON: 'JSON',
};

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : 'date';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value;
}
