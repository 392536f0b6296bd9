import { describe, expect, it } from 'vitest';
import { deserializeAffinityModel } from '../affinity/deserialize-affinity-model.js';
import { Random } from '../random/random.js';
import { evaluateCandidates } from './evaluate-candidates.js';
import { OrderLinePacker, packSplit, type PackedRows, unpackOrderLines } from './packed-rows.js';
import { InterestPacker } from './product-interest.js';
import type { SplitRow } from './split.js';
import { userTimeSplit } from './user-time-split.js';

/** Customers of two tastes with 5 orders each; what the last orders hold, the earlier ones tell. */
function shop(customers: number): PackedRows {
  const random = new Random(2);
  const packer = new OrderLinePacker();
  for (let customer = 0; customer < customers; customer++) {
    for (let order = 0; order < 5; order++) {
      for (let line = 0; line < 3; line++) {
        const taste = random.next() < 0.95 ? customer % 2 : 1 - (customer % 2);
        packer.add({
          customerId: `c${customer}`,
          orderId: `c${customer}-o${order}`,
          orderedAtMs: order * DAY_MS + customer,
          productId: `p${taste * 15 + random.nextInt(15)}`,
          quantity: 1 + random.nextInt(3),
        });
      }
    }
  }
  return packer.pack();
}

/** Customers looked, two days before their last two orders, at what these hold. */
function lookedAt(rows: PackedRows): PackedRows {
  const packer = new InterestPacker();
  for (const { customerId, orderId, orderedAtMs, productId } of unpackOrderLines(rows)) {
    if (/o[34]$/.test(orderId)) packer.add({ customerId, productId, kind: 'view', atMs: orderedAtMs - 2 * DAY_MS });
  }
  return packer.pack();
}

/** Customers buy what is sold in the month: twenty of sixty products, ten of them new each time. */
function movingShop(): PackedRows {
  const random = new Random(3);
  const packer = new OrderLinePacker();
  for (let customer = 0; customer < 100; customer++) {
    for (let order = 0; order < 5; order++) {
      const orderedAtMs = Math.floor((order + random.next()) * 30 * DAY_MS);
      for (let line = 0; line < 3; line++) {
        const productId = `p${order * 10 + random.nextInt(20)}`;
        packer.add({
          customerId: `c${customer}`,
          orderId: `c${customer}-o${order}`,
          orderedAtMs,
          productId,
          quantity: 1,
        });
      }
    }
  }
  return packer.pack();
}

const DAY_MS = 86_400_000;
const source = { kind: 'orders', rows: shop(120) } as const;
const options = { seed: 7, search: 'routine', threads: 2 } as const;

describe('evaluateCandidates', () => {
  it('finds that personal models beat popularity, and hands over the winner trained on everything', async () => {
    const fractions: number[] = [];
    const onProgress = (fraction: number) => fractions.push(fraction);
    const { report, winner } = await evaluateCandidates(source, { ...options, onProgress }, 'report and refit');
    const { popularity, ease, als } = report.models;
    expect(popularity?.users).toBe(ease?.users);
    expect(ease?.NDCG5).toBeGreaterThan((popularity?.NDCG5 ?? 1) * 1.2);
    expect(als?.NDCG5).toBeGreaterThan((popularity?.NDCG5 ?? 1) * 1.2);
    const highest = Math.max(...Object.values(report.models).map(model => model.validationNDCG5 ?? 0));
    expect(report.models[report.best]?.validationNDCG5).toBe(highest);
    const model = deserializeAffinityModel(winner?.model ?? new Uint8Array());
    expect(model.itemIds).toEqual([...source.rows.items].sort());
    expect(winner?.dataFingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(report.data.parts.map(({ customers }) => customers)).toEqual([120, expect.any(Number), report.customers]);
    expect(report.data.verdict.fit).toBe(true);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeCloseTo(1, 6);
  });

  it('tries what tuning found', async () => {
    const tuned = { trainer: 'bm25', parameters: { neighbours: 15, k1: 3, b: 0.1 } };
    const { report } = await evaluateCandidates(source, { ...options, trainers: ['popularity'], tuned });
    expect(report.models['bm25']?.parameters).toEqual(tuned.parameters);
  });

  it('learns from what was looked at where that tells more, and says what a look counts as', async () => {
    const interests = lookedAt(source.rows);
    const some = { ...options, trainers: ['popularity', 'cosine'], tested: ['popularity'] };
    const { report, winner } = await evaluateCandidates({ ...source, interests }, some, 'report and refit');
    expect(report.best).toMatch(/^cosine-interests/);
    expect(report.validation[report.best]).toBeGreaterThan(1.2 * (report.validation['cosine'] ?? 1));
    expect(winner?.parameters).toMatchObject({ viewWeight: 0.5, cartWeight: 1 });
    const plain = await evaluateCandidates(source, some, 'report and refit');
    expect(winner?.dataFingerprint).not.toBe(plain.winner?.dataFingerprint);
    expect(Object.keys(plain.report.validation).filter(name => name.includes('interests'))).toEqual([]);
  });

  it('searches a large shop on some of its customers, and judges the best on all', async () => {
    const full = { ...options, search: 'full', trainers: ['popularity', 'cosine'] } as const;
    const large = await evaluateCandidates(source, { ...full, searchedCustomers: 60 });
    const small = await evaluateCandidates(source, full);
    const [some, all] = [large.report, small.report];
    expect(some.validation['popularity']).toBe(all.validation['popularity']);
    expect(some.validation['cosine']).toBeLessThanOrEqual(all.validation['cosine'] ?? 0);
    expect(some.models['popularity']).toEqual({ ...all.models['popularity'], seconds: expect.any(Number) });
  });

  it('scores on the test the best model and those that are asked for', async () => {
    const { report } = await evaluateCandidates(source, { ...options, tested: ['popularity'] });
    const of = (name: string) => name.replace('-trend', '');
    expect(Object.keys(report.models).map(of).sort()).toEqual(['popularity', of(report.best)].sort());
    expect(report.models[report.best]?.users).toBeGreaterThan(0);
  });

  it('blends the best trainers of either input, its weights and their settings found on validation', async () => {
    const full = { ...options, search: 'full', trainers: ['popularity', 'bm25', 'cosine', 'blend'] } as const;
    const { report } = await evaluateCandidates({ ...source, interests: lookedAt(source.rows) }, full);
    const { blend, bm25, popularity, 'blend-interests': interested } = report.models;
    expect(Object.keys(blend?.parameters ?? {})).toEqual(expect.arrayContaining([expect.stringMatching(/\.weight$/)]));
    expect(blend?.users).toBe(bm25?.users);
    expect(blend?.NDCG5).toBeGreaterThan((popularity?.NDCG5 ?? 1) * 1.2);
    expect(interested?.parameters).toMatchObject({ viewWeight: expect.any(Number), cartWeight: expect.any(Number) });
    expect(Object.keys(interested?.parameters ?? {}).filter(name => /\..*Weight$/.test(name))).toEqual([]);
    expect(interested?.NDCG5).toBeGreaterThan((blend?.NDCG5 ?? 1) * 1.1);
  }, 60_000);

  it('lets old purchases count less where demand moved on, and only where the days are known', async () => {
    const full = { ...options, search: 'full', trainers: ['popularity', 'popularity-decay'] } as const;
    const { report } = await evaluateCandidates({ kind: 'orders', rows: movingShop() }, full);
    const { popularity, 'popularity-decay': decaying } = report.models;
    expect(decaying?.parameters['halfLifeDays']).toBeLessThan(90);
    expect(decaying?.NDCG5).toBeGreaterThan((popularity?.NDCG5 ?? 1) * 1.5);
    const { train, validation, test } = userTimeSplit(unpackOrderLines(movingShop()));
    const undated = ({ day: _, ...row }: SplitRow): SplitRow => row;
    const split = { train: train.map(undated), validation: validation.map(undated), test: test.map(undated) };
    const without = await evaluateCandidates({ kind: 'split', rows: packSplit(split) }, full);
    expect(Object.keys(without.report.models)).toEqual(['popularity', 'popularity-trend']);
    expect(without.report.models['popularity']?.NDCG5).toBe(popularity?.NDCG5);
  });

  it('gives the same figures and the same bytes with one thread as with two', async () => {
    const some = { ...options, trainers: ['bm25', 'als', 'ease'] };
    const one = await evaluateCandidates(source, { ...some, threads: 1 }, 'report and refit');
    const two = await evaluateCandidates(source, some, 'report and refit');
    const figures = ({ report }: typeof one) =>
      Object.fromEntries(Object.entries(report.models).map(([name, model]) => [name, { ...model, seconds: 0 }]));
    expect(figures(two)).toEqual(figures(one));
    expect(two.winner).toEqual(one.winner);
  }, 60_000);

  it('does not block the thread that asks', async () => {
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    await evaluateCandidates(source, { ...options, trainers: ['als'] });
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(5);
  });

  it('stops with the reason of the signal', async () => {
    const stop = new AbortController();
    const running = evaluateCandidates(source, { ...options, signal: stop.signal });
    stop.abort(new Error('called off'));
    await expect(running).rejects.toThrow('called off');
  });
});
