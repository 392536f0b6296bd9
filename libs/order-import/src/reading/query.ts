import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/** The columns a query yields, with DuckDB's names of their types. */
export async function describe(
  db: DuckDBConnection,
  query: string,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const [names = [], types = []] = (await db.runAndReadAll(`DESCRIBE ${query}`)).getColumns();
  return names.map((name, index) => ({ name: String(name), type: String(types[index]) }));
}

/** The first column of a query as numbers. */
export async function wholeNumbers(db: DuckDBConnection, query: string): Promise<readonly number[]> {
  const [values = []] = (await db.runAndReadAll(query)).getColumns();
  return values.map(Number);
}

/** A value as text, or null. */
export function textOrNull(value: DuckDBValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
