import type { TableField } from '@google-cloud/bigquery';
import type { LoggedCollection } from '@laurel/shop';
import { canonicalColumns } from '../changelog/canonical-columns.js';
import type { Column, ColumnType } from '../changelog/column.js';
import type { FieldState } from './rest-table.js';

/** The columns that every changelog table starts with. `_kafka_topic` is null where a row does not move the position. */
export const headColumns = [
  ['_event_id', 'STRING', 'REQUIRED'],
  ['_seq', 'STRING', 'REQUIRED'],
  ['_op', 'STRING', 'REQUIRED'],
  ['_key', 'STRING', 'REQUIRED'],
  ['_source_ts', 'TIMESTAMP', 'REQUIRED'],
  ['_kafka_topic', 'STRING', 'NULLABLE'],
  ['_kafka_partition', 'INT64', 'REQUIRED'],
  ['_kafka_offset', 'INT64', 'REQUIRED'],
  ['_loaded_at', 'TIMESTAMP', 'REQUIRED'],
] as const satisfies readonly (readonly [name: string, type: ColumnType, mode: string])[];

/** The fields of a new changelog table. */
export function changelogFields(collection: LoggedCollection): TableField[] {
  const head = headColumns.map(([name, type, mode]) => ({ name, type: restType(type), mode }));
  return [...head, ...canonicalColumns(collection).map(tableField)];
}

/** A column as a field of a table; the description says which field of the documents it holds. */
export function tableField({ field, column, type }: Column): TableField {
  return {
    name: column,
    type: restType(type),
    mode: 'NULLABLE',
    description: field,
    ...(type === 'NUMERIC' && { precision: '38', scale: '9' }),
  };
}

/** The type of a column in DDL. NUMERIC is spelled out for the emulator, whose own has three decimals. */
export function ddlType(type: ColumnType): string {
  return type === 'NUMERIC' ? 'NUMERIC(38, 9)' : type;
}

const types: Readonly<Record<string, ColumnType>> = {
  STRING: 'STRING',
  FLOAT: 'FLOAT64',
  FLOAT64: 'FLOAT64',
  NUMERIC: 'NUMERIC',
  INTEGER: 'INT64',
  INT64: 'INT64',
  BOOLEAN: 'BOOL',
  BOOL: 'BOOL',
  TIMESTAMP: 'TIMESTAMP',
  JSON: 'JSON',
};

/** The columns that a table has beyond the canonical ones, in its order. Columns of types that we never make are somebody else's. */
export function addedColumns(collection: LoggedCollection, fields: readonly FieldState[]): Column[] {
  const own = new Set<string>([
    ...headColumns.map(([name]) => name),
    ...canonicalColumns(collection).map(({ column }) => column),
  ]);
  return fields.flatMap(({ name, type: restName, description }) => {
    const type = types[restName];
    return own.has(name) || type === undefined ? [] : [{ field: description ?? name, column: name, type }];
  });
}

function restType(type: ColumnType): string {
  if (type === 'FLOAT64') return 'FLOAT';
  if (type === 'INT64') return 'INTEGER';
  return type === 'BOOL' ? 'BOOLEAN' : type;
}
