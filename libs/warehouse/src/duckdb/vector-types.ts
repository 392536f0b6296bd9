import { BIGINT, BOOLEAN, DECIMAL, DOUBLE, type DuckDBType, INTEGER, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type { ColumnType } from '../changelog/column.js';

/** Types of the columns that every changelog table begins with. */
export const headTypes: readonly DuckDBType[] = [
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  TIMESTAMP,
  INTEGER,
  BIGINT,
  TIMESTAMP,
];

/** How values are handed over for a column of each type. */
export const chunkTypes: Readonly<Record<ColumnType, DuckDBType>> = {
  STRING: VARCHAR,
  FLOAT64: DOUBLE,
  NUMERIC: DECIMAL(38, 9),
  INT64: BIGINT,
  BOOL: BOOLEAN,
  TIMESTAMP,
  JSON: VARCHAR,
};
