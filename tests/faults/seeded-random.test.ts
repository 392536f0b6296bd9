import { expect, it } from 'vitest';
import { SeededRandom } from './seeded-random.js';

const choices = (seed: number) => {
  const random = new SeededRandom(seed);
  return Array.from({ length: 5 }, () => random.next());
};

it('repeats its choices for a seed', () => {
  expect(choices(7)).toEqual(choices(7));
});

it('chooses anew for every round, whose seeds follow each other', () => {
  const first = Array.from({ length: 1000 }, (_, round) => choices(4242 + round)[0] ?? 0);
  const tenths = new Map<number, number>();
  for (const choice of first) tenths.set(Math.floor(choice * 10), (tenths.get(Math.floor(choice * 10)) ?? 0) + 1);
  expect([...tenths.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(Math.max(...tenths.values())).toBeLessThan(150);
});
