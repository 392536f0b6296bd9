import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeededRandom } from './seeded-random.js';

it('gives the same numbers for the same seed, and others for another', () => {
  const numbers = (seed: string) =>
    Array.from(
      { length: 5 },
      (
        (random = new SeededRandom(seed)) =>
        () =>
          random.next()
      )(),
    );
  expect(numbers('a')).toEqual(numbers('a'));
  expect(numbers('a')).not.toEqual(numbers('b'));
  expect(numbers('laurel')).toMatchInlineSnapshot(`
    [
      0.44548498024232686,
      0.8989756405353546,
      0.20969907310791314,
      0.81772022228688,
      0.47649849695153534,
    ]
  `);
});

it('stays within bounds', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: -5, max: 5 }), fc.nat(9), (seed, low, span) => {
      const value = new SeededRandom(seed).between(low, low + span);
      return Number.isInteger(value) && value >= low && value <= low + span;
    }),
  );
});

it('samples without repeating', () => {
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(fc.nat()), fc.nat(8), (seed, items, count) => {
      const chosen = new SeededRandom(seed).sample(items, count);
      return (
        chosen.length === Math.min(count, items.length) &&
        new Set(chosen).size === chosen.length &&
        chosen.every(item => items.includes(item))
      );
    }),
  );
});

it('spreads evenly', () => {
  const random = new SeededRandom('even');
  const draws = Array.from({ length: 40_000 }, () => random.between(0, 3));
  for (const value of [0, 1, 2, 3])
    expect(Math.abs(draws.filter(draw => draw === value).length - 10_000)).toBeLessThan(400);
});
