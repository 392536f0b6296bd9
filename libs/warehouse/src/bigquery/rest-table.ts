import type { Table, TableMetadata } from '@google-cloud/bigquery';
import { z } from 'zod';

const fieldSchema = z.looseObject({ name: z.string(), type: z.string(), description: z.string().optional() });

const stateSchema = z
  .object({
    etag: z.string().optional(),
    creationTime: z.string().default(''),
    schema: z.object({ fields: z.array(fieldSchema).default([]) }).default({ fields: [] }),
  })
  .transform(({ etag, creationTime, schema }) => ({ etag, creationTime, fields: schema.fields }));

/** A field of a table as the REST service gives it, with all that we do not know of it. */
export type FieldState = z.infer<typeof fieldSchema>;

/** The schema of a table, and the tag of this version of it. */
export type TableState = z.infer<typeof stateSchema>;

/** The table as it is now. */
export async function readTable(table: Table): Promise<TableState> {
  const [metadata] = await table.getMetadata();
  return stateSchema.parse(metadata);
}

/** Makes the table where it does not exist, also when another process does so at the same time; gives it as it is. */
export async function ensureTable(table: Table, definition: TableMetadata): Promise<TableState> {
  try {
    return await readTable(table);
  } catch (error) {
    if (restStatus(error) !== 404) throw error;
  }
  try {
    await table.create(definition);
  } catch (error) {
    if (restStatus(error) !== 409) throw error;
  }
  return readTable(table);
}

/** The HTTP status that an error of the REST client carries. */
export function restStatus(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
