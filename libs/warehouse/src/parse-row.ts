import { z } from 'zod';
import { WarehouseError } from './errors.js';

/**
 * Reads one row of a result as what the caller expects.
 * @throws WarehouseError where it has another shape.
 */
export function parseRow<T>(schema: z.ZodType<T>, row: unknown): T {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new WarehouseError(`A row has another shape than expected: ${z.prettifyError(parsed.error)}`);
}
