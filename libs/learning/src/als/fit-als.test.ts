import { describe, expect, it } from 'vitest';
import { transpose, type Interactions } from '../interactions/interactions.js';
import { alsObjective } from './als-objective.js';
import { pairsOf } from './als-pairs.js';
import { fitAls, type AlsSettings } from './fit-als.js';
import { plainAls } from './testing/plain-als.js';
import { randomPairs } from './testing/random-pairs.js';

const small = randomPairs({ users: 130, items: 40, perUser: 7, seed: 1 });
const large = randomPairs({ users: 3000, items: 400, perUser: 45, seed: 2 });
const settings: AlsSettings = {
  factors: 6,
  regularisation: 1,
  alpha: 2,
  iterations: 3,
  solver: 'conjugate-gradients',
  steps: 3,
};
const endless = { ...settings, iterations: 1e9 };

/** The largest difference between what two trainings predict for any user and item. */
function largestDifference(
  { userIds, itemIds }: Interactions,
  found: { readonly users: Float32Array; readonly items: Float32Array; readonly stride: number },
  expected: { readonly users: Float64Array; readonly items: Float64Array },
  factors: number,
): number {
  let largest = 0;
  for (let user = 0; user < userIds.length; user++) {
    for (let item = 0; item < itemIds.length; item++) {
      let difference = 0;
      for (let f = 0; f < factors; f++) {
        difference += found.users[user * found.stride + f]! * found.items[item * found.stride + f]!;
        difference -= expected.users[user * factors + f]! * expected.items[item * factors + f]!;
      }
      largest = Math.max(largest, Math.abs(difference));
    }
  }
  return largest;
}

describe('fitAls', () => {
  it.each([6, 16, 37])('predicts what plain ALS in 64 bits predicts, with %i factors', async factors => {
    const common = { ...settings, factors, regularisation: 5 };
    const found = await fitAls(pairsOf(small), common, { seed: 4 });
    expect(largestDifference(small, found, plainAls(small, common, 4), factors)).toBeLessThan(1e-3);
    const filling = found.items.filter((_, at) => at % found.stride >= factors);
    expect(found.stride % 16).toBe(0);
    expect(filling.every(value => value === 0)).toBe(true);
  });

  it.each([6, 20])('solves rows exactly by Cholesky, with %i factors', async factors => {
    const common = { ...settings, factors };
    const found = await fitAls(pairsOf(small), { ...common, solver: 'cholesky' }, { seed: 4 });
    expect(
      largestDifference(small, found, plainAls(small, { ...common, steps: 2 * factors }, 4), factors),
    ).toBeLessThan(1e-4);
  });

  it('gives the same bits for one thread and for three', async () => {
    expect(large.columns.length).toBeGreaterThan(100_000);
    for (const solver of ['conjugate-gradients', 'cholesky'] as const) {
      const one = await fitAls(pairsOf(large), { ...settings, solver }, { seed: 1, threads: 1 });
      const three = await fitAls(pairsOf(large), { ...settings, solver }, { seed: 1, threads: 3 });
      expect(three.items).toEqual(one.items);
      expect(three.users).toEqual(one.users);
    }
  });

  it('predicts what plain ALS does where products outnumber customers', async () => {
    const wide = transpose(small);
    const common = { ...settings, regularisation: 5 };
    const found = await fitAls(pairsOf(wide), common, { seed: 4 });
    expect(largestDifference(wide, found, plainAls(wide, common, 4), common.factors)).toBeLessThan(1e-3);
  });

  it('gives a row without pairs zeros', async () => {
    const rowStarts = small.rowStarts.slice();
    rowStarts[1] = 0;
    const { users, stride } = await fitAls(pairsOf({ ...small, rowStarts }), settings, { seed: 1 });
    expect([...users.subarray(0, stride)]).toEqual(new Array(stride).fill(0));
  });

  it('comes within 1 % of the objective of implicit 0.7.3 on the same pairs', async () => {
    const pairs = randomPairs({ users: 2000, items: 500, perUser: 25, seed: 3 });
    const common = { ...settings, alpha: 1, factors: 16, iterations: 15 };
    const factors = await fitAls(pairsOf(pairs), common, { seed: 1 });
    const objective = alsObjective(pairs, factors, common);
    expect(Math.abs(objective / IMPLICIT_OBJECTIVE - 1)).toBeLessThan(0.01);
  });

  it('tells how far it is, to the end, whichever thread does the last block', async () => {
    const done: number[] = [];
    const onProgress = (fraction: number): void => void done.push(fraction);
    await fitAls(pairsOf(large), { ...settings, iterations: 4 }, { seed: 1, threads: 2, onProgress });
    expect(done).toEqual([...new Set(done)].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(1);
  });

  it('ends in the middle with the reason of the signal', async () => {
    const stop = new AbortController();
    const done: number[] = [];
    const onProgress = (fraction: number): void => {
      done.push(fraction);
      stop.abort(new Error('enough'));
    };
    const fitting = fitAls(pairsOf(small), endless, { seed: 1, signal: stop.signal, onProgress });
    await expect(fitting).rejects.toThrow('enough');
    expect(done[0]).toBe(1e-9);
  });

  it('ends in the middle between two slices of work, in all threads', async () => {
    const stop = new AbortController();
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(fitAls(pairsOf(large), endless, { seed: 1, threads: 2, signal: stop.signal })).rejects.toThrow(
      'enough',
    );
  });

  it('fails when a thread dies', async () => {
    process.once('worker', worker => void worker.terminate());
    const fitting = fitAls(pairsOf(large), endless, { seed: 1, threads: 2 });
    await expect(fitting).rejects.toThrow('A training thread ended before the training did.');
  });
});

/**
 * `AlternatingLeastSquares(factors=16, regularization=1, alpha=1, iterations=15, random_state=1)` on these pairs with
 * values 1 + value, its objective computed in 64 bits from its factors.
 */
const IMPLICIT_OBJECTIVE = 93_576;
