/** Types of changelog columns, by BigQuery's names. NUMERIC has 38 digits, 9 of them decimals. TIMESTAMP is UTC. */
export type ColumnType = 'STRING' | 'FLOAT64' | 'NUMERIC' | 'INT64' | 'BOOL' | 'TIMESTAMP' | 'JSON';

/** A top-level field of a collection and the column it is kept in. */
export interface Column {
  readonly field: string;
  readonly column: string;
  readonly type: ColumnType;
}

/** The type of a column for a field seen for the first time; null while nothing but null was seen. Numbers are kept as doubles, which loses nothing. */
export function inferColumnType(value: unknown): ColumnType | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return 'TIMESTAMP';
  switch (typeof value) {
    case 'string':
      return 'STRING';
    case 'number':
      return 'FLOAT64';
    case 'boolean':
      return 'BOOL';
    default:
      return 'JSON';
  }
}
