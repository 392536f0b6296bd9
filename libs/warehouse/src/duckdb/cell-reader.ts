import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  type DuckDBResult,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { Money } from '@laurel/shop';
import { WarehouseError } from '../errors.js';

/** One row of a result, by column. */
export type PlainRow = Record<string, unknown>;

/** Turns chunks of a result into plain rows, cell by cell as {@link Warehouse.query} promises. */
export function rowReader(result: DuckDBResult): (rows: readonly (readonly DuckDBValue[])[]) => PlainRow[] {
  const columns = result.columnNames().map((name, index) => ({
    name,
    read: result.columnLogicalType(index).alias === 'JSON' ? readJson : readCell,
  }));
  return rows =>
    rows.map(row => {
      const plain: PlainRow = {};
      for (const [index, { name, read }] of columns.entries()) plain[name] = read(row[index] ?? null, name);
      return plain;
    });
}

function readJson(value: DuckDBValue): unknown {
  return typeof value === 'string' ? JSON.parse(value) : null;
}

function readCell(value: DuckDBValue, name: string): unknown {
  if (typeof value === 'bigint') {
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
      throw new WarehouseError(
        `Column ${name}: ${value} is beyond 2^53 and would lose digits: cast it to text in the query`,
      );
    }
    return Number(value);
  }
  if (value instanceof DuckDBDecimalValue) return decimalText(value);
  if (value instanceof DuckDBTimestampValue) return new Date(Number(floorDivide(value.micros, 1000n)));
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBListValue) return value.items.map(item => readCell(item, name));
  return value;
}

function decimalText({ value, scale }: DuckDBDecimalValue): string {
  if (scale <= 9) return Money.toString(value * 10n ** BigInt(9 - scale));
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}${fraction ? `.${fraction}` : ''}`;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend - (((dividend % divisor) + divisor) % divisor)) / divisor;
}
