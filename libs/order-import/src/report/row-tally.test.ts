import { expect, it } from 'vitest';
import { LINE_CLASSES, type LineClass } from '../rules/line-classes.js';
import { RowTally } from './row-tally.js';

it('counts a row under each of its faults, decides by the first refusal, and keeps the first three rows as examples', () => {
  const tally = new RowTally();
  const nothing = {
    order: null,
    product: null,
    name: null,
    quantity: null,
    price: null,
    customer: null,
    placedAt: null,
  };
  const add = (row: number, ...faults: LineClass[]) => tally.add(row, faults, () => ({ row, ...nothing }));
  expect(add(1)).toBe('kept');
  expect(add(9, 'no-customer', 'price-not-positive')).toBe('refused');
  expect(add(7, 'price-not-positive', 'other-name')).toBe('refused');
  expect(add(8, 'exact-duplicate', 'other-name')).toBe('repaired');
  for (const row of [5, 3, 2]) add(row, 'no-customer');
  expect(tally.outcomes).toEqual({ kept: 1, repaired: 1, refused: 5 });
  const counted = tally
    .classes()
    .map(({ class: name, outcome, rows, decided, examples }) => [
      name,
      outcome,
      rows,
      decided,
      examples.map(({ row }) => row),
    ]);
  expect(counted).toEqual([
    ['no-customer', 'refused', 4, 4, [2, 3, 5]],
    ['price-not-positive', 'refused', 2, 1, [7, 9]],
    ['exact-duplicate', 'repaired', 1, 1, [8]],
    ['other-name', 'repaired', 2, 0, [7, 8]],
  ]);
});

it('names every refusal before every repair', () => {
  const outcomes = Object.values(LINE_CLASSES).map(({ outcome }) => outcome);
  expect(outcomes.lastIndexOf('refused')).toBeLessThan(outcomes.indexOf('repaired'));
});
