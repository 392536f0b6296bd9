import { describe, expect, it } from 'vitest';
import { OrderLinePacker, type PackedRows } from '../evaluation/packed-rows.js';
import { InterestPacker } from '../evaluation/product-interest.js';
import { Random } from '../random/random.js';
import { TrialsInMemory } from './testing/trials-in-memory.js';
import { tuneAffinity } from './tune-affinity.js';
import type { TuningTrial } from './tuning-trial.js';

/** Customers of four tastes with four orders each. */
function shop() {
  const random = new Random(2);
  const packer = new OrderLinePacker();
  for (let at = 0; at < 300 * 12; at++) {
    const [customer, order] = [at % 300, Math.floor(at / 300 / 3)];
    packer.add({
      customerId: `c${customer}`,
      orderId: `c${customer}-o${order}`,
      orderedAtMs: order * 1000 + customer,
      productId: `p${(customer % 4) * 10 + random.nextInt(10)}`,
      quantity: 1,
    });
  }
  return { kind: 'orders', rows: packer.pack() } as const;
}

const source = shop();
const trainers = ['cosine', 'bm25'];
const options = { name: 'product_affinity', seed: 5, budgetSeconds: 600, rounds: 1, trainers, threads: 2 } as const;
const plain = (trials: readonly TuningTrial[]) =>
  trials.map(({ triedAt: _, seconds: __, ...rest }) => JSON.stringify(rest)).sort();

describe('tuneAffinity', () => {
  it('keeps every trial, hands over the best on all customers, and goes on where it was stopped', async () => {
    const whole = new TrialsInMemory();
    const { best, trials } = await tuneAffinity(source, whole, options);
    const full = whole.kept.filter(({ share }) => share === 1);
    expect(whole.kept.length).toBe(trials);
    expect(whole.kept.filter(({ share }) => share < 0.2)).toHaveLength(9);
    expect(whole.kept.filter(({ share }) => share > 0.2 && share < 1)).toHaveLength(3);
    expect(best?.score).toBe(Math.max(...full.map(({ score }) => score)));

    const cut = new TrialsInMemory([], 5);
    await expect(tuneAffinity(source, cut, options)).rejects.toThrow('stopped');
    const resumed = new TrialsInMemory(cut.kept);
    const second = await tuneAffinity(source, resumed, options);
    expect(second.trials).toBe(trials - 5);
    expect(plain(resumed.kept)).toEqual(plain(whole.kept));
    expect(plain([second.best!])).toEqual(plain([best!]));

    const again = await tuneAffinity(source, resumed, options);
    expect(again.trials).toBe(0);
    expect(again.best).toEqual(second.best);
  }, 60_000);

  it('weighs what was looked at in some of the settings, where anything was', async () => {
    const packer = new InterestPacker();
    packer.add({ customerId: 'c1', productId: 'p1', kind: 'view', atMs: 0 });
    const weighed = async (interests?: PackedRows) => {
      const log = new TrialsInMemory();
      await tuneAffinity({ ...source, interests }, log, { ...options, trainers: ['cosine', 'popularity-decay'] });
      return [...new Set(log.kept.map(({ parameters }) => 'viewWeight' in parameters))].sort();
    };
    expect(await weighed(packer.pack())).toEqual([false, true]);
    expect(await weighed()).toEqual([false]);
  });

  it('begins no step after its time, and stops with the reason of the signal', async () => {
    const none = new TrialsInMemory();
    expect(await tuneAffinity(source, none, { ...options, budgetSeconds: 1e-9 })).toEqual({
      best: undefined,
      trials: 0,
    });
    expect(none.kept).toEqual([]);
    const stop = new AbortController();
    const running = tuneAffinity(source, none, { ...options, signal: stop.signal });
    stop.abort(new Error('called off'));
    await expect(running).rejects.toThrow('called off');
  });
});
