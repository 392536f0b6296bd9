import { describe, expect, it } from 'vitest';
import { affinityTrainer } from '../affinity/trainers.js';
import { buildInteractions } from '../interactions/interactions-builder.js';
import { Random } from '../random/random.js';
import { drawParameters, parametersAround, searchableTrainers } from './search-space.js';

const train = buildInteractions([
  ['a', 'x', 1, 7],
  ['a', 'y', 1, 8],
  ['b', 'x', 1, 9],
]);

describe.each(searchableTrainers)('%s', name => {
  it('draws parameters that its trainer takes, and different ones', async () => {
    const random = new Random(4);
    const drawn = Array.from({ length: 8 }, () => drawParameters(name, random));
    expect(new Set(drawn.map(parameters => JSON.stringify(parameters))).size).toBeGreaterThan(1);
    for (const parameters of drawn.slice(0, 3)) {
      expect((await affinityTrainer(name).fit(train, parameters, { seed: 1 })).itemIds).toEqual(['x', 'y']);
    }
  });

  it('finds settings that differ in one parameter by one step', () => {
    const parameters = affinityTrainer(name).grid[0]!;
    const around = parametersAround(name, parameters);
    expect(around.length).toBeGreaterThan(0);
    for (const near of around) {
      expect(Object.keys(parameters).filter(key => near[key] !== parameters[key])).toHaveLength(1);
    }
  });
});

it('draws and varies the weights of interests where they are asked for', () => {
  const drawn = drawParameters('cosine', new Random(1), true);
  expect(Object.keys(drawn)).toEqual(['neighbours', 'viewWeight', 'cartWeight']);
  expect(Object.keys(drawParameters('popularity-decay', new Random(1), true))).toEqual(['halfLifeDays']);
  expect(parametersAround('cosine', { neighbours: 10, viewWeight: 0, cartWeight: 1 })).toEqual([
    { neighbours: 20, viewWeight: 0, cartWeight: 1 },
    { neighbours: 10, viewWeight: 0.1, cartWeight: 1 },
    { neighbours: 10, viewWeight: 0, cartWeight: 0.5 },
    { neighbours: 10, viewWeight: 0, cartWeight: 2 },
  ]);
});

it('stops at the ends of the space', () => {
  expect(parametersAround('cosine', { neighbours: 10 })).toEqual([{ neighbours: 20 }]);
  expect(parametersAround('cosine', { neighbours: 400 })).toEqual([{ neighbours: 200 }]);
});
