import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { setImmediate } from 'node:timers/promises';
import type { Cell } from '../changelog/cell.js';
import type { ColumnType } from '../changelog/column.js';
import type { RowSet } from '../changelog/row-set.js';
import { CHUNK_ROWS } from '../packing/packed-chunk.js';
import { chunkTypes, headTypes } from './vector-types.js';

/** Appends the rows of a set to its changelog table, inside the connection's transaction; lets other work run between chunks. */
export async function writeRows(connection: DuckDBConnection, set: RowSet, loadedAt: Date): Promise<void> {
  if (set.rows.length === 0) return;
  const appender = await connection.createAppender(`${set.collection}_changelog`, 'laurel', 'warehouse');
  try {
    for (let from = 0; from < set.rows.length; from += CHUNK_ROWS) {
      appendChunk(appender, set, from, Math.min(from + CHUNK_ROWS, set.rows.length), loadedAt);
      await setImmediate();
    }
  } finally {
    appender.closeSync();
  }
}

function appendChunk(appender: DuckDBAppender, set: RowSet, from: number, to: number, loadedAt: Date): void {
  const columns = set.columns.all;
  const chunk = DuckDBDataChunk.create([...headTypes, ...columns.map(column => chunkTypes[column.type])], to - from);
  const rows = set.rows.slice(from, to);
  const loaded = timestamp(BigInt(loadedAt.getTime()) * 1000n);
  const head: DuckDBValue[][] = [
    rows.map(row => row.eventId),
    rows.map(row => row.seq),
    rows.map(row => row.op),
    rows.map(row => row.key),
    rows.map(row => timestamp(BigInt(row.sourceTs.getTime()) * 1000n)),
    rows.map(row => row.partition),
    rows.map(row => row.offset),
    rows.map(() => loaded),
  ];
  for (const [index, values] of head.entries()) chunk.setColumnValues(index, values);
  for (const [index, column] of columns.entries()) {
    const convert = converters[column.type];
    const values = rows.map((_row, row) => {
      const cell = set.cell(column, from + row);
      return cell === null ? null : convert(cell);
    });
    chunk.setColumnValues(head.length + index, values);
  }
  appender.appendDataChunk(chunk);
}

function timestamp(micros: bigint): DuckDBTimestampValue {
  return new DuckDBTimestampValue(micros);
}

const asIs = (cell: NonNullable<Cell>): DuckDBValue => cell;

const converters: Readonly<Record<ColumnType, (cell: NonNullable<Cell>) => DuckDBValue>> = {
  STRING: asIs,
  FLOAT64: asIs,
  NUMERIC: cell => new DuckDBDecimalValue(BigInt(cell), 38, 9),
  INT64: asIs,
  BOOL: asIs,
  TIMESTAMP: cell => timestamp(BigInt(cell)),
  JSON: asIs,
};
