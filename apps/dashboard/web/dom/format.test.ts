import { expect, it } from 'vitest';
import { date, duration, metric, percent, words } from './format.js';

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [3_599_000, '1 h 0 min'],
  [8_431_000, '2 h 21 min'],
])('%i ms are %s', (msec, text) => {
  expect(duration(msec)).toBe(text);
});

it('writes dates in UTC, and leaves what is none', () => {
  expect(date('2026-01-12T23:59:59Z')).toBe('Jan 12, 2026');
  expect(date('soon')).toBe('soon');
});

it('writes shares and names for people', () => {
  expect(percent(0.0953)).toBe('9.5 %');
  expect(words('no_order_in_window')).toBe('No order in window');
  expect(words('PLATINUM')).toBe('Platinum');
});

it('writes counts among metrics whole', () => {
  expect([4338, 0.10314, 1].map(metric)).toEqual(['4,338', '0.103', '1']);
});
