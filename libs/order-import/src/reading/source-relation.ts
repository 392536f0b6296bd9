import type { ColumnMapping, OrderColumn } from '../columns/order-columns.js';
import { ORDER_COLUMNS } from '../columns/order-columns.js';
import { identifier, literal } from './duckdb-text.js';

const numeric = /^(?:U?TINYINT|U?SMALLINT|U?INTEGER|U?BIGINT|U?HUGEINT|FLOAT|DOUBLE|DECIMAL.*)$/;

/**
 * SQL that brings a file's rows into one form: the columns of {@link ORDER_COLUMNS} by their names, and `fingerprint` over all
 * columns of the file. Ids are trimmed, lose the ".0" of numbers written as fractions, and are NULL where empty. Quantities and prices
 * stay numbers where the file has numbers. `field` gives the SQL that reads a column of the file.
 */
export function sourceSelect(
  relation: string,
  header: readonly { readonly name: string; readonly type: string }[],
  mapping: ColumnMapping,
  field: (column: string) => string,
): string {
  const types = new Map(header.map(({ name, type }) => [name, type]));
  const columns = ORDER_COLUMNS.map(column => {
    const name = mapping[column];
    return `${name === undefined ? 'NULL::VARCHAR' : expression(column, field(name), types.get(name) ?? 'VARCHAR')} AS ${identifier(column)}`;
  });
  const all = header.map(({ name }) => field(name));
  return `SELECT ${columns.join(', ')}, hash(${all.join(', ')}) AS fingerprint FROM ${relation}`;
}

function expression(column: OrderColumn, value: string, type: string): string {
  switch (column) {
    case 'quantity':
    case 'price':
      return numeric.test(type) ? `${value}::DOUBLE` : `${value}::VARCHAR`;
    case 'name':
    case 'placedAt':
      return `${value}::VARCHAR`;
    default:
      return identity(`${value}::VARCHAR`);
  }
}

function identity(text: string): string {
  const trimmed = `trim(${text})`;
  const missing = ['', 'nan', 'null', 'NaN', 'NULL', 'None'].map(literal).join(', ');
  return `CASE WHEN ${trimmed} IN (${missing}) THEN NULL WHEN ${trimmed} LIKE '%.0' THEN regexp_replace(${trimmed}, '^(\\d+)\\.0$', '\\1') ELSE ${trimmed} END`;
}
