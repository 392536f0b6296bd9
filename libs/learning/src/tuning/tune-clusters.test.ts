import { describe, expect, it } from 'vitest';
import { Random } from '../random/random.js';
import { TrialsInMemory } from './testing/trials-in-memory.js';
import { steadiestSettings, tuneClusters } from './tune-clusters.js';
import type { TuningTrial } from './tuning-trial.js';

/** Customers in four heaps, far apart on logarithms; apart from them, two figures say nothing. */
function customers(count: number) {
  const random = new Random(4);
  const features = Float64Array.from({ length: count * 4 }, (_, at) => {
    const heap = Math.floor(at / 4) % 4;
    return at % 4 < 2 ? Math.exp(1 + 2 * heap + 0.2 * random.nextNormal()) : random.next();
  });
  return { customerIds: Array.from({ length: count }, (_, at) => `c${at}`), features };
}

function trial(clusters: number, scale: string, starts: number, score: number): TuningTrial {
  const frame = { name: 'user_clusters', seed: 1, trainer: 'kmeans', share: 1, rows: 9, figures: {}, seconds: 1 };
  return { ...frame, parameters: { clusters, scale, starts }, score, triedAt: new Date() };
}

const options = { name: 'user_clusters', seed: 1, budgetSeconds: 600, rounds: 1, threads: 2 } as const;
const plain = (trials: readonly TuningTrial[]) =>
  trials.map(({ triedAt: _, seconds: __, ...rest }) => JSON.stringify(rest)).sort();

describe('tuneClusters', () => {
  it('keeps every trial, ends with the usual settings on all customers, and goes on where it was stopped', async () => {
    const shop = customers(600);
    const log = new TrialsInMemory();
    const { whole, trials } = await tuneClusters(shop, 4, log, options);
    expect(log.kept).toHaveLength(trials);
    expect(log.kept.filter(({ share }) => share < 0.2)).toHaveLength(9);
    expect(whole.map(({ parameters }) => parameters)).toContainEqual({ clusters: 4, scale: 'log', starts: 10 });
    expect(whole[0]?.score).toBeGreaterThan(0.85);
    expect(log.kept.some(({ parameters, score }) => parameters['scale'] === 'plain' && score < 0.85)).toBe(true);

    const cut = new TrialsInMemory([], 4);
    await expect(tuneClusters(shop, 4, cut, options)).rejects.toThrow('stopped');
    const resumed = new TrialsInMemory(cut.kept);
    expect((await tuneClusters(shop, 4, resumed, options)).trials).toBe(trials - 4);
    expect(plain(resumed.kept)).toEqual(plain(log.kept));
  }, 60_000);

  it('tries other numbers of clusters after the wanted one, until there are none left', async () => {
    const log = new TrialsInMemory();
    const { rounds: _, ...unlimited } = options;
    await tuneClusters(customers(80), 4, log, unlimited);
    expect([...new Set(log.kept.map(({ parameters }) => parameters['clusters']))]).toEqual([4, 2, 3, 5, 6, 7, 8]);
  }, 60_000);
});

describe('steadiestSettings', () => {
  const usual = trial(4, 'log', 10, 0.8);

  it.each([
    ['nothing was tried', [], undefined],
    ['the usual ones are best', [usual, trial(4, 'plain', 10, 0.7)], undefined],
    ['others are better by chance', [usual, trial(4, 'root', 30, 0.81)], undefined],
    ['others are better', [usual, trial(4, 'root', 30, 0.9), trial(3, 'plain', 3, 1)], { scale: 'root', starts: 30 }],
  ])('where %s', (_, trials, expected) => {
    expect(steadiestSettings(trials, 4)).toEqual(expected);
  });
});
