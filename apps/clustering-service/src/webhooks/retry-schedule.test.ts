import { expect, it } from 'vitest';
import { nextAttemptAt } from './retry-schedule.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const waitS = (attempts: number, retryAfterMs = 0, spread = 0) => {
  const next = nextAttemptAt(attempts, NOW, retryAfterMs, spread);
  return next && (next.getTime() - NOW.getTime()) / 1000;
};

it('tries ten times: after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h', () => {
  const hours = [2, 5, 10, 14, 20, 24].map(count => count * 3600);
  expect(Array.from({ length: 10 }, (_, failed) => waitS(failed + 1))).toEqual([5, 300, 1800, ...hours, undefined]);
});

it('waits longer where the receiver asks for it, never shorter, and spreads by up to a tenth', () => {
  expect([waitS(1, 60_000), waitS(2, 60_000), waitS(10, 60_000)]).toEqual([60, 300, undefined]);
  expect(waitS(1, 0, 1)).toBe(5.5);
});
