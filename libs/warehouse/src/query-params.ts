/** A value bound to `@name` in a query. Money goes in as decimal text and is cast in SQL. */
export type QueryParam = string | number | bigint | boolean | Date | null | readonly string[];

/** Values by name, bound to `@name` in the SQL. */
export type QueryParams = Readonly<Record<string, QueryParam>>;
