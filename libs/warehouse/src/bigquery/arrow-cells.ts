import { DataType, RecordBatchReader, type RecordBatch, type Vector } from 'apache-arrow';
import { WarehouseError } from '../errors.js';
import { decimalText, type PlainRow, wholeNumber } from './cell-reader.js';

/**
 * The rows of one Arrow record batch, cell by cell as {@link Warehouse.query} promises.
 * @param schema the session's schema as Google serialises it; the batch's own bytes follow it to make a stream of the Arrow format.
 */
export function arrowRows(schema: Uint8Array, batch: Uint8Array): PlainRow[] {
  const rows: PlainRow[] = [];
  for (const part of RecordBatchReader.from(Buffer.concat([schema, batch]))) rows.push(...rowsOf(part));
  return rows;
}

function rowsOf(batch: RecordBatch): PlainRow[] {
  const rows = Array.from({ length: batch.numRows }, (): PlainRow => ({}));
  for (const [index, { name }] of batch.schema.fields.entries()) {
    const column: Vector | null = batch.getChildAt(index);
    if (!column) continue;
    const read = cellReader(name, column.type);
    for (const [at, row] of rows.entries()) {
      const value: unknown = column.get(at);
      row[name] = value === null ? null : read(value);
    }
  }
  return rows;
}

function cellReader(name: string, type: DataType): (value: unknown) => unknown {
  if (DataType.isUtf8(type) || DataType.isBool(type) || DataType.isFloat(type)) return value => value;
  if (DataType.isInt(type)) return value => wholeNumber(name, String(value));
  if (DataType.isTimestamp(type)) return value => new Date(Math.floor(Number(value)));
  if (DataType.isDate(type)) return value => new Date(Number(value)).toISOString().slice(0, 10);
  if (DataType.isDecimal(type)) {
    const { scale } = type;
    return value => decimalText(withPoint(String(value), scale));
  }
  throw new WarehouseError(`Column ${name}: ${type.toString()} cannot be read here: take it apart in a model`);
}

/** A whole number of units of 10^-scale as decimal text. */
function withPoint(units: string, scale: number): string {
  if (scale === 0) return units;
  const sign = units.startsWith('-') ? '-' : '';
  const digits = units.slice(sign.length).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
