import { expect, it } from 'vitest';
import { figuresOf } from './models.js';

it('finds the figures of a model and leaves the rest', () => {
  const metrics = { davies_bouldin: 0.87, sizes: { GOLD: 2 }, note: 'x', NDCG5: 0.1 };
  expect(figuresOf(metrics, 9)).toEqual([
    { name: 'Davies–Bouldin', value: 0.87 },
    { name: 'NDCG5', value: 0.1 },
  ]);
  expect(figuresOf(metrics, 1)).toHaveLength(1);
  expect(figuresOf(null, 9)).toEqual([]);
});
