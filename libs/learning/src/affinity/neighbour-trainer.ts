import { z } from 'zod';
import { transpose, type Interactions } from '../interactions/interactions.js';
import { step, type AffinityTrainer } from './affinity-trainer.js';
import { ItemWeightsModel } from './item-weights-model.js';
import { strongestWeights } from './strongest-weights.js';

const neighbourParameters = z.object({ neighbours: z.int().positive() });
const bm25Parameters = neighbourParameters.extend({ k1: z.number().positive(), b: z.number().min(0).max(1) });

const neighbourGrid = [20, 50, 100, 200].map(neighbours => ({ neighbours }));

/** Item–item cosine over customers, the `neighbours` nearest of each item kept. */
export const cosineTrainer: AffinityTrainer = {
  name: 'cosine',
  grid: neighbourGrid,
  routine: [{ neighbours: 20 }],
  async fit(train, parameters, options) {
    const { neighbours } = neighbourParameters.parse(parameters);
    return neighbourModel(train, cosineWeighted(transpose(train)), neighbours, parameters, fraction =>
      step(options, fraction),
    );
  },
};

/**
 * Item–item products of BM25 weights (Robertson and Zaragoza, 2009; items as documents, customers as terms), the
 * `neighbours` strongest of each item kept.
 */
export const bm25Trainer: AffinityTrainer = {
  name: 'bm25',
  grid: neighbourGrid.map(parameters => ({ ...parameters, k1: 1.2, b: 0.5 })),
  routine: [{ neighbours: 100, k1: 1.2, b: 0.5 }],
  async fit(train, parameters, options) {
    const { neighbours, k1, b } = bm25Parameters.parse(parameters);
    return neighbourModel(train, bm25Weighted(transpose(train), k1, b), neighbours, parameters, fraction =>
      step(options, fraction),
    );
  },
};

/**
 * What was bought together: each past item adds, for every other item, how much of it its buyers bought. This is the
 * rating of the `product_affinity` table as a model of its own, so that it can be compared with the rest.
 */
export const boughtTogetherTrainer: AffinityTrainer = {
  name: 'bought-together',
  grid: neighbourGrid,
  routine: [{ neighbours: 100 }],
  async fit(train, parameters, options) {
    const { neighbours } = neighbourParameters.parse(parameters);
    const byItem = transpose(train);
    const ones = { ...byItem, values: new Float32Array(byItem.values.length).fill(1) };
    return neighbourModel(train, ones, neighbours, parameters, fraction => step(options, fraction), train);
  },
};

function cosineWeighted(byItem: Interactions): Interactions {
  const values = new Float32Array(byItem.values.length);
  for (let i = 0; i < byItem.userIds.length; i++) {
    let squares = 0;
    for (let p = byItem.rowStarts[i]!; p < byItem.rowStarts[i + 1]!; p++) squares += byItem.values[p]! ** 2;
    const norm = Math.sqrt(squares) || 1;
    for (let p = byItem.rowStarts[i]!; p < byItem.rowStarts[i + 1]!; p++) values[p] = byItem.values[p]! / norm;
  }
  return { ...byItem, values };
}

function bm25Weighted(byItem: Interactions, k1: number, b: number): Interactions {
  const itemCount = byItem.userIds.length;
  const itemsOfUser = new Float64Array(byItem.itemIds.length);
  for (const user of byItem.columns) itemsOfUser[user]! += 1;
  const lengths = new Float64Array(itemCount);
  for (let i = 0; i < itemCount; i++) {
    for (let p = byItem.rowStarts[i]!; p < byItem.rowStarts[i + 1]!; p++) lengths[i]! += byItem.values[p]!;
  }
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, itemCount);
  const values = new Float32Array(byItem.values.length);
  for (let i = 0; i < itemCount; i++) {
    const norm = 1 - b + (b * lengths[i]!) / meanLength;
    for (let p = byItem.rowStarts[i]!; p < byItem.rowStarts[i + 1]!; p++) {
      const value = byItem.values[p]!;
      const rarity = Math.log(itemCount) - Math.log1p(itemsOfUser[byItem.columns[p]!]!);
      values[p] = ((value * (k1 + 1)) / (k1 * norm + value)) * rarity;
    }
  }
  return { ...byItem, values };
}

function neighbourModel(
  train: Interactions,
  byItem: Interactions,
  neighbours: number,
  parameters: Readonly<Record<string, number | string | boolean>>,
  onProgress: (fraction: number) => void,
  byUser = transpose(byItem),
): ItemWeightsModel {
  const itemCount = train.itemIds.length;
  const weights = strongestWeights(itemCount, neighbours, (item, row) => {
    for (let p = byItem.rowStarts[item]!; p < byItem.rowStarts[item + 1]!; p++) {
      const user = byItem.columns[p]!;
      const value = byItem.values[p]!;
      for (let q = byUser.rowStarts[user]!; q < byUser.rowStarts[user + 1]!; q++) {
        row[byUser.columns[q]!]! += value * byUser.values[q]!;
      }
    }
    if (item % 64 === 0) onProgress(item / itemCount);
  });
  onProgress(1);
  return new ItemWeightsModel(train.itemIds, weights, { usesWeights: true, parameters });
}
