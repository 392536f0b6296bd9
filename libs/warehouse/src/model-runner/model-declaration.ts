import { z } from 'zod';

const severity = z.enum(['error', 'warn']).default('error');

const testSchema = z.union([
  z.strictObject({ not_null: z.array(z.string()).min(1), severity }),
  z.strictObject({ unique: z.array(z.string()).min(1), severity }),
  z.strictObject({ relationship: z.strictObject({ column: z.string(), to: z.string(), key: z.string() }), severity }),
  z.strictObject({
    accepted_values: z.strictObject({ column: z.string(), values: z.array(z.string()).min(1) }),
    severity,
  }),
  z.strictObject({ freshness: z.strictObject({ column: z.string(), max_age_hours: z.number().positive() }), severity }),
  z.strictObject({ holds: z.string(), severity }),
]);

/** What stands beside a model's SQL, in NAME.json: what it is, how it is kept, and what must be true of it. */
export const modelDeclarationSchema = z.strictObject({
  description: z.string().min(1),
  materialization: z.enum(['view', 'table']),
  tests: z.array(testSchema).default([]),
});

/**
 * One test of a model: `not_null` (each of these columns), `unique` (these columns together), `relationship` (each value is found in the column
 * `key` of model `to`), `accepted_values`, `freshness` (the newest value is not older), `holds` (an SQL condition true for each row).
 */
export type ModelTest = z.infer<typeof testSchema>;

export type ModelDeclaration = z.infer<typeof modelDeclarationSchema>;
