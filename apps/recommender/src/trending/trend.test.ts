import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdIndex } from '../columns/id-index.js';
import { Trend, TREND_HALF_LIFE_DAYS, TREND_WINDOW_DAYS } from './trend.js';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const daysAgo = (days: number) => NOW - days * DAY;

function trendOf(...productIds: string[]): { trend: Trend; ids: IdIndex } {
  const ids = new IdIndex();
  for (const id of productIds) ids.add(id);
  return { trend: new Trend(ids, () => NOW), ids };
}

const ranked = ({ trend, ids }: ReturnType<typeof trendOf>) =>
  Array.from(trend.ranking().order, product => ids.id(product));

test('interest halves in weight every seven days', () => {
  const shop = trendOf('old', 'new');
  shop.trend.add(0, daysAgo(TREND_HALF_LIFE_DAYS), 10);
  shop.trend.add(1, daysAgo(0), 6);
  expect(ranked(shop)).toEqual(['new', 'old']);
  const { scores } = shop.trend.ranking();
  expect(scores[0]).toBeCloseTo(5, 6);
  expect(scores[1]).toBeCloseTo(6, 6);
});

test('equal interest is ordered by product id', () => {
  const shop = trendOf('b', 'c', 'a');
  for (const product of [0, 1, 2]) shop.trend.add(product, daysAgo(1), 3);
  expect(ranked(shop)).toEqual(['a', 'b', 'c']);
});

test('days count back from the newest day with interest, so old data has trends too', () => {
  const shop = trendOf('earlier', 'later');
  shop.trend.add(0, daysAgo(4000), 10);
  shop.trend.add(1, daysAgo(3990), 10);
  expect(ranked(shop)).toEqual(['later', 'earlier']);
  expect(shop.trend.ranking().scores[1]).toBeCloseTo(10, 6);
});

test('times beyond tomorrow do not push the window ahead', () => {
  const shop = trendOf('now', 'future');
  shop.trend.add(0, daysAgo(0), 10);
  shop.trend.add(1, daysAgo(-400), 1000);
  expect(ranked(shop)).toEqual(['now', 'future']);
});

test('a new product takes part at once', () => {
  const shop = trendOf('a');
  expect(ranked(shop)).toEqual(['a']);
  shop.ids.add('b');
  expect(ranked(shop)).toEqual(['a', 'b']);
});

test('what is taken back leaves exactly what was there before, in whatever order things came', () => {
  const entry = fc.record({
    product: fc.integer({ min: 0, max: 2 }),
    days: fc.integer({ min: 0, max: TREND_WINDOW_DAYS + 20 }),
    points: fc.integer({ min: 1, max: 10 }),
  });
  fc.assert(
    fc.property(fc.array(entry), fc.array(entry), (kept, withdrawn) => {
      const plain = trendOf('a', 'b', 'c');
      plain.trend.add(0, daysAgo(0), 1);
      for (const { product, days, points } of kept) plain.trend.add(product, daysAgo(days), points);
      const other = trendOf('a', 'b', 'c');
      other.trend.add(0, daysAgo(0), 1);
      for (const { product, days, points } of [...withdrawn, ...kept.toReversed()])
        other.trend.add(product, daysAgo(days), points);
      for (const { product, days, points } of withdrawn) other.trend.add(product, daysAgo(days), -points);
      expect(other.trend.ranking()).toEqual(plain.trend.ranking());
    }),
  );
});
