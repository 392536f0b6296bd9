import { z } from 'zod';
import type { Interactions } from '../interactions/interactions.js';
import { invertPositiveDefinite } from '../linear-algebra/invert-positive-definite.js';
import { step, type AffinityTrainer } from './affinity-trainer.js';
import { ItemWeightsModel } from './item-weights-model.js';
import { strongestWeights } from './strongest-weights.js';

/** Most items EASE^R takes: it holds a dense matrix of 4 bytes × items² twice, 200 MB at this limit. */
export const EASE_ITEM_LIMIT = 5000;

const easeParameters = z.object({
  /** Added to the diagonal, in units of its mean. */
  regularisation: z.number().positive(),
  /** Share of a customer's items dropped in training, in expectation (Steck, "Autoencoders that don't overfit towards the identity", 2020). */
  dropout: z.number().min(0).lt(1),
  /** A customer with n items weighs n^−userDamping. */
  userDamping: z.number().min(0),
  /** Only this many items, those with the most customers, get weights: the cost grows with its third power. */
  maxItems: z.int().min(1).max(EASE_ITEM_LIMIT),
  /** Weights kept per past item. */
  neighbours: z.int().positive(),
});

type EaseParameters = z.infer<typeof easeParameters>;

const common = { maxItems: 2500, neighbours: 500 };

/**
 * EASE^R (Steck, "Embarrassingly shallow autoencoders for sparse data", 2019): the linear item–item model with a zero
 * diagonal that best rebuilds each customer's set of items, in closed form from one inverse of the item Gram matrix.
 */
export const easeTrainer: AffinityTrainer = {
  name: 'ease',
  grid: [
    { regularisation: 8, dropout: 0, userDamping: 0, ...common },
    { regularisation: 6, dropout: 0.2, userDamping: 0, ...common },
    { regularisation: 9, dropout: 0.2, userDamping: 0.5, ...common },
  ],
  routine: [{ regularisation: 6, dropout: 0.2, userDamping: 0, maxItems: 1500, neighbours: 300 }],
  async fit(train, parameters, options) {
    const settings = easeParameters.parse(parameters);
    const kept = mostHeld(train, settings.maxItems);
    const inverse = gram(train, kept, settings);
    step(options, 0.1);
    invertPositiveDefinite(inverse, kept.length, fraction => step(options, 0.1 + 0.8 * fraction));
    const position = new Int32Array(train.itemIds.length).fill(-1);
    kept.forEach((item, at) => (position[item] = at));
    const weights = strongestWeights(train.itemIds.length, settings.neighbours, (item, row) => {
      const from = position[item]!;
      if (from < 0) return;
      for (let to = 0; to < kept.length; to++) {
        if (to !== from) row[kept[to]!] = -inverse[from * kept.length + to]! / inverse[to * kept.length + to]!;
      }
    });
    step(options, 1);
    return new ItemWeightsModel(train.itemIds, weights, { usesWeights: false, parameters });
  },
};

function mostHeld(train: Interactions, maxItems: number): number[] {
  const customers = new Int32Array(train.itemIds.length);
  for (const item of train.columns) customers[item]! += 1;
  return Array.from(customers.keys())
    .sort((a, b) => customers[b]! - customers[a]! || a - b)
    .slice(0, maxItems)
    .sort((a, b) => a - b);
}

function gram(train: Interactions, kept: readonly number[], settings: EaseParameters): Float32Array {
  const n = kept.length;
  const position = new Int32Array(train.itemIds.length).fill(-1);
  kept.forEach((item, at) => (position[item] = at));
  const matrix = new Float32Array(n * n);
  const own = new Int32Array(n);
  for (let u = 0; u < train.userIds.length; u++) {
    let count = 0;
    for (let p = train.rowStarts[u]!; p < train.rowStarts[u + 1]!; p++) {
      const at = position[train.columns[p]!]!;
      if (at >= 0) own[count++] = at;
    }
    const weight = (train.rowStarts[u + 1]! - train.rowStarts[u]!) ** -settings.userDamping;
    for (let a = 0; a < count; a++) {
      const base = own[a]! * n;
      for (let b = 0; b <= a; b++) matrix[base + own[b]!]! += weight;
    }
  }
  let trace = 0;
  for (let i = 0; i < n; i++) trace += matrix[i * n + i]!;
  const ridge = (settings.regularisation * trace) / Math.max(1, n);
  const keepShare = settings.dropout / (1 - settings.dropout);
  for (let i = 0; i < n; i++) matrix[i * n + i] = matrix[i * n + i]! * (1 + keepShare) + ridge;
  return matrix;
}
