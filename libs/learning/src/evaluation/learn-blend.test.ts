import { describe, expect, it } from 'vitest';
import type { AffinityModel } from '../affinity/affinity-model.js';
import { BlendModel } from '../affinity/blend-model.js';
import { PopularityModel } from '../affinity/popularity-model.js';
import { Random } from '../random/random.js';
import { evaluateModel } from './evaluate-model.js';
import { learnBlend } from './learn-blend.js';
import type { TestCustomer } from './test-customers.js';

const ITEMS = Array.from({ length: 30 }, (_, at) => `i${String(at).padStart(2, '0')}`);
const random = new Random(3);
const [left, right] = [0, 1].map(() => Float32Array.from(ITEMS, () => random.next()));
const shuffled = (scores: Float32Array): AffinityModel => new PopularityModel(ITEMS, scores);
/** Customers buy what two lists together put first. */
const customers = Array.from({ length: 200 }, (_, at): TestCustomer => {
  const together = ITEMS.map((_, item) => ({ item, score: left![item]! + right![item]! + 0.4 * random.next() }));
  const bought = together.sort((a, b) => b.score - a.score).slice(0, 3);
  return { id: `c${at}`, history: [], owned: [], bought: new Set(bought.map(({ item }) => item)), boughtCount: 3 };
});
const noise = Float32Array.from(ITEMS, () => random.next());
const known = {
  userIds: ['u'],
  itemIds: ITEMS,
  rowStarts: Int32Array.of(0, ITEMS.length),
  columns: Int32Array.from(ITEMS.keys()),
  values: new Float32Array(ITEMS.length).fill(1),
};
const ndcg5 = (model: AffinityModel) => evaluateModel(model, known, customers, { seed: 1 })[0]!.NDCG5;

describe('learnBlend', () => {
  it('beats every part where each tells something, and leaves out what tells nothing', () => {
    const models = [left!, right!, noise].map(shuffled);
    const { weights, ndcg5: reached, optimism } = learnBlend(models, customers);
    const parts = models.map((model, at) => ({ model, weight: weights[at]! })).filter(({ weight }) => weight > 0);
    expect(weights[0]).toBeGreaterThan(0);
    expect(weights[1]).toBeGreaterThan(0);
    expect(weights[2]!).toBeLessThan(Math.min(weights[0]!, weights[1]!));
    expect(reached).toBeGreaterThan(Math.max(...models.map(ndcg5)));
    expect(ndcg5(new BlendModel(parts, {}))).toBeCloseTo(reached + optimism, 6);
  });

  it('is one model alone where the others only repeat it', () => {
    const { weights } = learnBlend([left!, left!].map(shuffled), customers);
    expect(weights).toEqual([1, 0]);
  });
});
