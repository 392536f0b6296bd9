import { z } from 'zod';
import type { AffinityTrainer } from './affinity-trainer.js';
import { PopularityModel } from './popularity-model.js';

const decayParameters = z.object({ halfLifeDays: z.number().positive() });

/** Number of customers who had each item, each counting half as much for every `halfLifeDays` since they last bought it. */
export const popularityDecayTrainer: AffinityTrainer = {
  name: 'popularity-decay',
  needsDays: true,
  grid: [7, 30, 90, 365].map(halfLifeDays => ({ halfLifeDays })),
  routine: [{ halfLifeDays: 30 }],
  async fit({ itemIds, columns, lastDays }, parameters, { onProgress }) {
    const { halfLifeDays } = decayParameters.parse(parameters);
    if (!lastDays) throw new RangeError('popularity-decay needs to know on which days what was bought.');
    const today = lastDays.reduce((a, b) => Math.max(a, b), -Infinity);
    const scores = new Float32Array(itemIds.length);
    columns.forEach((item, at) => {
      scores[item]! += 2 ** ((lastDays[at]! - today) / halfLifeDays);
    });
    onProgress?.(1);
    return new PopularityModel(itemIds, scores, parameters);
  },
};
