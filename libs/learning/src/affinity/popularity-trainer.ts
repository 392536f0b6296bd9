import type { AffinityTrainer } from './affinity-trainer.js';
import { PopularityModel } from './popularity-model.js';

/** Number of customers who had each item. */
export const popularityTrainer: AffinityTrainer = {
  name: 'popularity',
  grid: [{}],
  routine: [{}],
  async fit(train, parameters, { onProgress }) {
    const scores = new Float32Array(train.itemIds.length);
    for (const item of train.columns) scores[item]! += 1;
    onProgress?.(1);
    return new PopularityModel(train.itemIds, scores, parameters);
  },
};
