import * as z from 'zod/mini';

const versionSchema = z.looseObject({
  version: z.union([z.string(), z.number()]),
  status: z.string(),
  trained_at: z.nullish(z.string()),
  metrics: z.nullish(z.record(z.string(), z.unknown())),
  reason: z.nullish(z.string()),
});

export const modelsSchema = z.looseObject({
  models: z.array(z.looseObject({ name: z.string(), versions: z.array(versionSchema) })),
});

export type ModelVersion = z.infer<typeof versionSchema>;

const INNER_NAMES: Readonly<Record<string, string>> = {
  davies_bouldin: 'Davies–Bouldin',
  mean_squared_distance: 'mean squared distance',
};

/** The figures among a version's metrics; at most `limit`. Lists and tables of figures are left out. */
export function figuresOf(metrics: ModelVersion['metrics'], limit: number): { name: string; value: number }[] {
  return Object.entries(metrics ?? {})
    .flatMap(([name, value]) => (typeof value === 'number' ? [{ name: nameOf(name), value }] : []))
    .slice(0, limit);
}

function nameOf(key: string): string {
  return INNER_NAMES[key] ?? key.replaceAll('_', ' ');
}
