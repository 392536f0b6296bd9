import { z } from 'zod';
import { pairsOf } from '../als/als-pairs.js';
import { fitAls } from '../als/fit-als.js';
import type { AffinityTrainer } from './affinity-trainer.js';
import { AlsModel } from './als-model.js';

const alsParameters = z.object({
  factors: z.int().positive(),
  regularisation: z.number().positive(),
  /** Confidence of an interaction is 1 + alpha × value. */
  alpha: z.number().positive(),
  iterations: z.int().positive(),
  solver: z.enum(['conjugate-gradients', 'cholesky']).default('conjugate-gradients'),
  /** Conjugate gradient steps for each row and half-step. */
  steps: z.int().positive().default(3),
});

const common = { iterations: 10, steps: 3 };

/** Implicit alternating least squares. */
export const alsTrainer: AffinityTrainer = {
  name: 'als',
  grid: [
    { factors: 8, regularisation: 1, alpha: 1, ...common },
    { factors: 32, regularisation: 10, alpha: 1, ...common },
    { factors: 64, regularisation: 10, alpha: 0.5, ...common },
    { factors: 64, regularisation: 1, alpha: 1, ...common },
  ],
  routine: [{ factors: 32, regularisation: 10, alpha: 1, iterations: 6, steps: 3 }],
  async fit(train, parameters, options) {
    const settings = alsParameters.parse(parameters);
    const { items, stride } = await fitAls(pairsOf(train), settings, options);
    const { alpha, regularisation } = settings;
    const itemFactors = items.slice();
    return new AlsModel({ itemIds: train.itemIds, itemFactors, stride, alpha, regularisation, parameters });
  },
};
