import type { ColumnType } from '../changelog/column.js';

/** DuckDB's type for each column type. */
export const duckDbTypes: Readonly<Record<ColumnType, string>> = {
  STRING: 'VARCHAR',
  FLOAT64: 'DOUBLE',
  NUMERIC: 'DECIMAL(38, 9)',
  INT64: 'BIGINT',
  BOOL: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMP',
  JSON: 'JSON',
};

/** An identifier in double quotes. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
