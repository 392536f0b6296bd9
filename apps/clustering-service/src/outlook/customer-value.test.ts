import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliveProbability, bgNbdLogLikelihood, expectedOrders, fitBgNbd } from './bg-nbd.js';
import { expectedOrderValue, fitGammaGamma } from './gamma-gamma.js';
import { logGamma } from './log-gamma.js';

/**
 * The CDNOW sample of Fader, Hardie and Lee: a customer a line, in weeks and dollars. From the Python package lifetimes 0.11.3 (MIT licence,
 * Cam Davidson-Pilon), without its column of ids.
 */
const cdnow = readFileSync(join(import.meta.dirname, 'testing/cdnow.csv'), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map(line => {
    const [repeats = 0, recency = 0, age = 0, mean = 0] = line.split(',').map(Number);
    return { repeats, recency, age, mean };
  });

/** As published for that sample. */
const published = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

describe('BG/NBD', () => {
  it('has the published likelihood at the published parameters', () => {
    expect(cdnow).toHaveLength(2357);
    expect(cdnow.reduce((sum, each) => sum + bgNbdLogLikelihood(published, each), 0)).toBeCloseTo(-9582.4, 1);
  });

  it('finds the published parameters', async () => {
    const found = await fitBgNbd(cdnow);
    expect(found.logLikelihood).toBeCloseTo(-9582.43, 1);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) expect(found[name], name).toBeCloseTo(published[name], 2);
  });

  it('stays within what numbers can tell where many ordered several times at one moment', async () => {
    const atOnce = Array.from({ length: 400 }, (_, i) => ({ repeats: 1 + (i % 15), recency: 0, age: 0 }));
    const found = await fitBgNbd([...cdnow.slice(0, 100), ...atOnce]);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) expect(found[name], name).toBeLessThan(100_000);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) expect(found[name], name).toBeGreaterThan(1e-5);
  });

  it('expects of the customer of the paper what the paper says', () => {
    expect(expectedOrders(published, { repeats: 2, recency: 30.43, age: 38.86 }, 39)).toBeCloseTo(1.226, 2);
  });

  it('believes the less in a customer the longer nothing was heard, and expects the more the longer the span', () => {
    const parameter = fc.double({ min: 0.1, max: 5, noNaN: true });
    const model = fc.record({
      r: parameter,
      alpha: parameter,
      a: parameter.filter(a => Math.abs(a - 1) > 0.01),
      b: parameter,
    });
    const history = fc.record({ repeats: fc.integer({ min: 1, max: 30 }), recency: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(model, history, fc.integer({ min: 0, max: 100 }), (given, { repeats, recency }, quiet) => {
        const heard = { repeats, recency, age: recency + quiet };
        const later = { ...heard, age: heard.age + 1 };
        const alive = aliveProbability(given, heard) ?? NaN;
        expect(alive).toBeGreaterThanOrEqual(0);
        expect(alive).toBeLessThanOrEqual(1);
        expect(aliveProbability(given, later)).toBeLessThanOrEqual(alive);
        const [month = NaN, year = NaN] = [4, 52].map(span => expectedOrders(given, heard, span));
        expect(month).toBeGreaterThanOrEqual(0);
        expect(year).toBeGreaterThanOrEqual(month);
      }),
    );
  });
});

describe('Gamma-Gamma', () => {
  const spendings = cdnow.filter(({ mean }) => mean > 0).map(({ repeats, mean }) => ({ orders: repeats, mean }));

  it('finds the published parameters', async () => {
    const { p, q, v } = await fitGammaGamma(spendings);
    expect([p, q, v]).toEqual([expect.closeTo(6.25, 1), expect.closeTo(3.74, 1), expect.closeTo(15.44, 0)]);
  });

  it('draws a mean of few orders towards that of everybody, of many less', () => {
    const model = { p: 6.25, q: 3.74, v: 15.44 };
    const everybody = (6.25 * 15.44) / 2.74;
    const values = [1, 3, 30].map(orders => expectedOrderValue(model, { orders, mean: 100 }));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values[0]).toBeGreaterThan(everybody);
    expect(values[2]).toBeLessThan(100);
  });
});

describe('logGamma', () => {
  it.each([
    [1, 0],
    [0.5, Math.log(Math.PI) / 2],
    [5, Math.log(24)],
    [0.001, 6.907178885383853],
    [101, 363.73937555556349],
  ])('of %d is %d', (x, expected) => expect(logGamma(x)).toBeCloseTo(expected, 10));

  it('rises by ln x from x to x + 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), x => {
        expect(logGamma(x + 1) - logGamma(x)).toBeCloseTo(Math.log(x), 8);
      }),
    );
  });
});
