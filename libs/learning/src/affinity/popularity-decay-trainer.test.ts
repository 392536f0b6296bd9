import { expect, it } from 'vitest';
import { buildInteractions } from '../interactions/interactions-builder.js';
import type { ModelParameters } from './affinity-model.js';
import type { AffinityTrainer } from './affinity-trainer.js';
import { popularityDecayTrainer } from './popularity-decay-trainer.js';
import { popularityTrainer } from './popularity-trainer.js';

const rows: [string, string, number, number][] = [
  ['a', 'old', 1, 0],
  ['b', 'old', 1, 0],
  ['c', 'old', 1, 0],
  ['a', 'new', 1, 60],
  ['b', 'new', 9, 30],
  ['b', 'new', 1, 10],
  ['c', 'again', 1, 0],
  ['c', 'again', 1, 60],
];

async function scores(trainer: AffinityTrainer, parameters: ModelParameters): Promise<Record<string, number>> {
  const model = await trainer.fit(buildInteractions(rows), parameters, { seed: 1 });
  const found = new Float32Array(model.itemIds.length);
  model.score([], found);
  return Object.fromEntries(model.itemIds.map((id, item) => [id, found[item]!]));
}

it('counts a customer half as much for every half-life since the last purchase', async () => {
  expect(await scores(popularityDecayTrainer, { halfLifeDays: 30 })).toEqual({ old: 3 / 4, new: 1.5, again: 1 });
  expect(await scores(popularityDecayTrainer, { halfLifeDays: 60 })).toEqual({
    old: 3 / 2,
    new: expect.closeTo(1 + Math.SQRT1_2, 6),
    again: 1,
  });
});

it('is popularity where nothing decays', async () => {
  const decayed = await scores(popularityDecayTrainer, { halfLifeDays: 1e12 });
  expect(decayed).toEqual(await scores(popularityTrainer, {}));
});

it('says what it misses where days or a half-life are missing', async () => {
  const undated = buildInteractions([['a', 'old', 1]]);
  await expect(popularityDecayTrainer.fit(undated, { halfLifeDays: 7 }, { seed: 1 })).rejects.toThrow(/which days/);
  await expect(popularityDecayTrainer.fit(buildInteractions(rows), {}, { seed: 1 })).rejects.toThrow(/halfLifeDays/);
});
