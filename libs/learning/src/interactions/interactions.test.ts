import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildInteractions } from './interactions-builder.js';
import { transpose, type Interactions } from './interactions.js';

const rows = fc.array(
  fc.tuple(
    fc.constantFrom('u1', 'u2', 'u10', 'é', 'Z'),
    fc.constantFrom('i3', 'i1', 'i2', '𝒳'),
    fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }),
  ),
  { maxLength: 60 },
);

function entries(matrix: Interactions): Map<string, number> {
  const found = new Map<string, number>();
  matrix.userIds.forEach((user, u) => {
    for (let p = matrix.rowStarts[u]!; p < matrix.rowStarts[u + 1]!; p++) {
      found.set(`${user}|${matrix.itemIds[matrix.columns[p]!]}`, matrix.values[p]!);
    }
  });
  return found;
}

describe('buildInteractions', () => {
  it('sums repeated pairs and sorts ids by code unit', () => {
    const matrix = buildInteractions([
      ['b', 'y', 1],
      ['a', 'z', 2],
      ['b', 'x', 3],
      ['b', 'y', 4],
    ]);
    expect(matrix.userIds).toEqual(['a', 'b']);
    expect(matrix.itemIds).toEqual(['x', 'y', 'z']);
    expect([...matrix.rowStarts]).toEqual([0, 1, 3]);
    expect([...matrix.columns]).toEqual([2, 0, 1]);
    expect([...matrix.values]).toEqual([2, 3, 5]);
  });

  it('gives the same matrix for the same rows in any order', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (given, numbers) => {
        const keyed = given.map(row => ({ row, key: numbers.next().value }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);
        expect(buildInteractions(shuffled)).toEqual(buildInteractions(given));
      }),
    );
  });

  it('holds the sum of every pair', () => {
    fc.assert(
      fc.property(rows, given => {
        const expected = new Map<string, number>();
        for (const [user, item, value] of given) {
          expected.set(`${user}|${item}`, (expected.get(`${user}|${item}`) ?? 0) + value);
        }
        const found = entries(buildInteractions(given));
        expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [pair, value] of found) expect(value).toBeCloseTo(expected.get(pair) ?? NaN, 2);
      }),
    );
  });

  it('knows the last day of every pair, where every row has one', () => {
    const rows: [string, string, number, number][] = [
      ['b', 'y', 1, 7],
      ['a', 'z', 2, 5],
      ['b', 'y', 4, 9],
      ['b', 'x', 3, -2],
      ['b', 'y', 1, 8],
    ];
    expect([...(buildInteractions(rows).lastDays ?? [])]).toEqual([5, -2, 9]);
    expect(buildInteractions([...rows, ['a', 'x', 1]]).lastDays).toBeUndefined();
  });

  it('refuses a value that is no finite number', () => {
    expect(() => buildInteractions([['a', 'b', NaN]])).toThrow('Interaction of a with b has the value NaN');
  });
});

describe('transpose', () => {
  it('swaps rows and columns, and twice gives the matrix back', () => {
    fc.assert(
      fc.property(rows, given => {
        const matrix = buildInteractions(given);
        const swapped = transpose(matrix);
        expect(transpose(swapped)).toEqual({ ...matrix, lastDays: undefined });
        for (const [pair, value] of entries(matrix)) {
          expect(entries(swapped).get(pair.split('|').reverse().join('|'))).toBe(value);
        }
      }),
    );
  });
});
