import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowNumbersWithout } from './rejected-rows.js';

it('counts the unreadable rows in', () => {
  const rows = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map(numbers => numbers.sort((a, b) => a - b));
  fc.assert(
    fc.property(rows, rejected => {
      const readable = Array.from({ length: 80 }, (_, index) => index + 1).filter(row => !rejected.includes(row));
      const rowNumber = rowNumbersWithout(rejected);
      expect(readable.map((_, index) => rowNumber(index + 1))).toEqual(readable);
    }),
  );
});
