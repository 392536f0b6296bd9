import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  SQLNULL,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import { replaceParameters } from '../sql-parameters.js';
import type { QueryParam, QueryParams } from '../query-params.js';

/** A statement with its parameters in DuckDB's form. */
export interface BoundStatement {
  readonly sql: string;
  readonly values: Record<string, DuckDBValue>;
  readonly types: Record<string, DuckDBType>;
}

/**
 * Turns `@name` into DuckDB's `$name`, outside of text, quoted names and comments.
 * @throws WarehouseError for a name without a value.
 */
export function bindParameters(sql: string, params: QueryParams): BoundStatement {
  const values: Record<string, DuckDBValue> = {};
  const types: Record<string, DuckDBType> = {};
  const bound = replaceParameters(sql, params, (name, value) => {
    [values[name], types[name]] = duckDbValue(value);
    return `$${name}`;
  });
  return { sql: bound, values, types };
}

function duckDbValue(param: QueryParam): [DuckDBValue, DuckDBType] {
  if (param === null) return [null, SQLNULL];
  if (param instanceof Date) return [new DuckDBTimestampValue(BigInt(param.getTime()) * 1000n), TIMESTAMP];
  switch (typeof param) {
    case 'string':
      return [param, VARCHAR];
    case 'boolean':
      return [param, BOOLEAN];
    case 'bigint':
      return [param, BIGINT];
    case 'number':
      return Number.isSafeInteger(param) ? [BigInt(param), BIGINT] : [param, DOUBLE];
    default:
      return [listValue([...param]), LIST(VARCHAR)];
  }
}
