import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { TrialsInMemory } from './testing/trials-in-memory.js';
import { searchTrials, withinBudget } from './search-trials.js';
import { TrialBook } from './trial-book.js';
import type { TrialSetting } from './tuning-trial.js';

const options = { name: 'product_affinity', seed: 1, budgetSeconds: 0.05, threads: 1 };

describe('a budget', () => {
  it('cuts off a trial that does not end, and keeps those that did', async () => {
    const log = new TrialsInMemory();
    const book = await TrialBook.open(log, { name: options.name, seed: 1, rows: 10 });
    let tried = 0;
    await withinBudget(options, signal =>
      searchTrials<TrialSetting>(
        book,
        {
          draw: () => [0, 1, 2].map(neighbours => ({ trainer: 'cosine', parameters: { neighbours } })),
          title: () => 'cosine',
          tryOut: async () => {
            tried += 1;
            if (tried === 2) await once(signal, 'abort').then(() => Promise.reject(new Error('cut off')));
            return [{ score: 1, figures: {}, seconds: 1 }];
          },
        },
        { ...options, budgetSeconds: 600, signal },
      ),
    );
    expect(tried).toBe(2);
    expect(log.kept).toHaveLength(1);
  });

  it('hides neither that somebody gave up nor what else went wrong', async () => {
    const stop = new AbortController();
    stop.abort(new Error('called off'));
    const failing = (error: unknown) => () => Promise.reject(error);
    await expect(withinBudget({ ...options, signal: stop.signal }, failing(stop.signal.reason))).rejects.toThrow(
      'called off',
    );
    await expect(withinBudget({ ...options, budgetSeconds: 600 }, failing(new Error('broken')))).rejects.toThrow(
      'broken',
    );
  });
});
