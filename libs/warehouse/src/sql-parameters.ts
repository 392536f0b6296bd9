import { WarehouseError } from './errors.js';
import type { QueryParam, QueryParams } from './query-params.js';

const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|@([A-Za-z_]\w*)/g;

/**
 * Replaces each `@name` of a statement, outside of text, quoted names and comments.
 * @throws WarehouseError for a name without a value.
 */
export function replaceParameters(
  sql: string,
  params: QueryParams,
  replacement: (name: string, value: QueryParam) => string,
): string {
  return sql.replace(token, (text, name: string | undefined) => {
    if (name === undefined) return text;
    const value = params[name];
    if (value === undefined) throw new WarehouseError(`No value for the parameter @${name} of: ${sql}`);
    return replacement(name, value);
  });
}
