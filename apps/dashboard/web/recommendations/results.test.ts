import { expect, test } from 'vitest';
import { percent } from '../dom/format.js';
import { estimateText } from './results.js';

test('a rate is told with its interval, and alone where it has none', () => {
  expect(estimateText({ value: 0.025, low: 0.021, high: 0.03 }, percent)).toBe('2.5 % (2.1 % to 3 %)');
  expect(estimateText({ value: 0.025, low: null, high: null }, percent)).toBe('2.5 %');
});
