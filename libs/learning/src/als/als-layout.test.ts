import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alsLayout, blockCount, type AlsSide } from './als-layout.js';

const shape = fc.record({
  users: fc.integer({ min: 1, max: 5000 }),
  items: fc.integer({ min: 1, max: 5000 }),
  pairs: fc.integer({ min: 1, max: 100_000 }),
  factors: fc.integer({ min: 1, max: 130 }),
  threads: fc.integer({ min: 1, max: 8 }),
});

describe('alsLayout', () => {
  it('lays nothing over anything else, each part at a cache line', () => {
    fc.assert(
      fc.property(shape, given => {
        const { users, items, stride, control, gram, rotation, bands, partialGrams, scratch, bytes } = alsLayout(given);
        const partsOf = (side: AlsSide) => [
          [side.rowStarts, side.rows + 1],
          [side.columns, given.pairs],
          [side.excesses, given.pairs],
          [side.factors, side.rows * stride],
        ];
        const blocks = Math.max(blockCount(given.users), blockCount(given.items));
        const parts = [
          [control, 16],
          [gram, stride ** 2],
          [rotation, stride ** 2],
          [bands, 3 * stride],
          [partialGrams, blocks * stride ** 2],
          ...scratch.map(at => [at, stride ** 2 + 3 * stride]),
          ...partsOf(users),
          ...partsOf(items),
        ].sort(([a = 0], [b = 0]) => a - b);
        parts.forEach(([at = 0, words = 0], part) => {
          expect(at % 64).toBe(0);
          expect(at + 4 * words).toBeLessThanOrEqual(parts[part + 1]?.[0] ?? bytes);
        });
      }),
    );
  });

  it('takes as much memory as the formula says', () => {
    fc.assert(
      fc.property(shape, given => {
        const { users, items, pairs, threads } = given;
        const s = Math.ceil(given.factors / 16) * 16;
        const blocks = Math.min(128, Math.max(blockCount(users), blockCount(items)));
        const formula =
          16 * pairs +
          4 * (users + items) +
          4 * s * (users + items) +
          4 * s ** 2 * (blocks + 2) +
          12 * s +
          threads * 4 * (s ** 2 + 3 * s);
        const { bytes } = alsLayout(given);
        expect(bytes).toBeGreaterThanOrEqual(formula);
        expect(bytes).toBeLessThanOrEqual(formula + 64 * (13 + threads) + 8);
      }),
    );
  });

  it('refuses what the kernel cannot address', () => {
    const large = { users: 10_000_000, items: 1_000_000, pairs: 200_000_000, factors: 128, threads: 2 };
    expect(() => alsLayout(large)).toThrow(/need \d+ bytes; 4 GiB is the most/);
  });
});
