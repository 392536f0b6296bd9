import { describe, expect, it } from 'vitest';
import { ALL_SCENARIOS } from './all-scenarios.js';
import { ProcessEndedError } from './pipeline/pipeline-process.js';
import { isSlowness, shortForm } from './short-form.js';
import { NotInTimeError } from './until.js';

const names = (seed: number) => shortForm(seed).map(({ name }) => name);

describe('the short form of the fault suite', () => {
  it('tries every scenario once, the same ones first, the others in an order that the seed repeats', () => {
    const all = ALL_SCENARIOS.map(({ name }) => name).sort();
    for (const seed of [0, 1, 7, 20_261_127]) {
      expect(names(seed).toSorted()).toEqual(all);
      expect(names(seed)).toEqual(names(seed));
      expect(names(seed).slice(0, 6)).toEqual(names(0).slice(0, 6));
    }
  });

  it('has every scenario next after those that are always first, with one seed or another', () => {
    const next = new Set(Array.from({ length: 200 }, (_, seed) => names(seed)[6]));
    expect(next.size).toBe(ALL_SCENARIOS.length - 6);
  });

  it('excuses a machine that is too slow, and no process that ends by itself', () => {
    expect(isSlowness(new NotInTimeError('changes are stored again', 240_000))).toBe(true);
    expect(isSlowness(new ProcessEndedError('changes are stored again', ''))).toBe(false);
    expect(isSlowness(new TypeError('undefined is no function'))).toBe(false);
  });
});
