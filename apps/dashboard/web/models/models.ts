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

/** The figures among a version's metrics, one level down too (`test.NDCG5`); at most `limit`. */
export function figuresOf(metrics: ModelVersion['metrics'], limit: number): { name: string; value: number }[] {
  const figures = Object.entries(metrics ?? {}).flatMap(([name, value]) => {
    if (typeof value === 'number') return [{ name: nameOf(name), value }];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.entries(value).flatMap(([inner, figure]) =>
      typeof figure === 'number' ? [{ name: `${nameOf(name)} ${nameOf(inner)}`, value: figure }] : [],
    );
  });
  return figures.slice(0, limit);
}

function nameOf(key: string): string {
  return INNER_NAMES[key] ?? key.replaceAll('_', ' ');
}
