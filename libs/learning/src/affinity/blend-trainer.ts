import { z } from 'zod';
import type { ModelParameters } from './affinity-model.js';
import type { AffinityTrainer } from './affinity-trainer.js';
import { BlendModel, type BlendPart } from './blend-model.js';

/** One part of a blend as it is trained. */
export interface BlendIngredient {
  /** Name of its trainer. */
  readonly trainer: string;
  readonly parameters: ModelParameters;
  /** Above 0. */
  readonly weight: number;
}

/**
 * Ingredients as plain parameters: `ease.weight`, `ease.regularisation`, `als.weight` and so on. Each trainer can be in once; names without a dot
 * are left to what concerns the whole blend.
 */
export function blendParameters(ingredients: readonly BlendIngredient[]): ModelParameters {
  return Object.fromEntries(
    ingredients.flatMap(({ trainer, parameters, weight }) => [
      [`${trainer}.weight`, weight],
      ...Object.entries(parameters).map(([name, value]) => [`${trainer}.${name}`, value] as const),
    ]),
  );
}

/**
 * What {@link blendParameters} wrote.
 * @throws z.ZodError where a part has no weight above 0.
 */
export function blendIngredients(parameters: ModelParameters): BlendIngredient[] {
  const parts = new Map<string, Record<string, number | string | boolean>>();
  for (const [name, value] of Object.entries(parameters)) {
    const dot = name.indexOf('.');
    if (dot < 0) continue;
    const trainer = name.slice(0, dot);
    parts.set(trainer, { ...parts.get(trainer), [name.slice(dot + 1)]: value });
  }
  return [...parts].map(([trainer, { weight, ...own }]) => ({
    trainer,
    weight: z.number().positive().parse(weight),
    parameters: own,
  }));
}

/**
 * Trains the parts of a blend, one after the other. It has no parameters to try: its weights are learned on validation, from the best of
 * the other trainers.
 */
export function blendTrainer(trainerOf: (name: string) => AffinityTrainer): AffinityTrainer {
  return {
    name: 'blend',
    grid: [],
    routine: [],
    async fit(train, parameters, options) {
      const ingredients = blendIngredients(parameters);
      const parts: BlendPart[] = [];
      for (const { trainer, parameters: own, weight } of ingredients) {
        const onProgress = (fraction: number): void =>
          options.onProgress?.((parts.length + fraction) / ingredients.length);
        parts.push({ weight, model: await trainerOf(trainer).fit(train, own, { ...options, onProgress }) });
      }
      return new BlendModel(parts, parameters);
    },
  };
}
