import { z } from 'zod';
import { transpose } from '../interactions/interactions.js';
import { Random } from '../random/random.js';
import { step, type AffinityTrainer } from './affinity-trainer.js';
import { alsHalfStep } from './als-half-step.js';
import { AlsModel } from './als-model.js';

const alsParameters = z.object({
  factors: z.int().positive(),
  regularisation: z.number().positive(),
  /** Confidence of an interaction is 1 + alpha × value. */
  alpha: z.number().positive(),
  iterations: z.int().positive(),
  /** Conjugate gradient steps for each row and half-step. */
  steps: z.int().positive(),
});

const common = { iterations: 10, steps: 3 };

/** Implicit alternating least squares with conjugate gradients. */
export const alsTrainer: AffinityTrainer = {
  name: 'als',
  grid: [
    { factors: 32, regularisation: 10, alpha: 1, ...common },
    { factors: 64, regularisation: 10, alpha: 0.5, ...common },
    { factors: 64, regularisation: 1, alpha: 1, ...common },
  ],
  routine: [{ factors: 32, regularisation: 10, alpha: 1, iterations: 6, steps: 3 }],
  fit(train, parameters, options) {
    const { factors, regularisation, alpha, iterations, steps } = alsParameters.parse(parameters);
    const stride = Math.ceil(factors / 4) * 4;
    const byItem = transpose(train);
    const random = new Random(options.seed);
    const users = startFactors(train.userIds.length, factors, stride, random);
    const items = startFactors(train.itemIds.length, factors, stride, random);
    const shared = { stride, alpha, regularisation, steps };
    for (let iteration = 0; iteration < iterations; iteration++) {
      alsHalfStep({ ...shared, rows: train, fixed: items, solved: users });
      alsHalfStep({ ...shared, rows: byItem, fixed: users, solved: items });
      step(options, (iteration + 1) / iterations);
    }
    return new AlsModel({ itemIds: train.itemIds, itemFactors: items, stride, alpha, regularisation, parameters });
  },
};

function startFactors(rows: number, factors: number, stride: number, random: Random): Float32Array<ArrayBuffer> {
  const start = new Float32Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    for (let f = 0; f < factors; f++) start[row * stride + f] = random.nextNormal() * 0.01;
  }
  return start;
}
