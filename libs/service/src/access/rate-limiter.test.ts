import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyHolder } from './key-ring.js';
import { RateLimiter } from './rate-limiter.js';

const holder = (scope: KeyHolder['scope']): KeyHolder => ({ scope, digest: Buffer.alloc(32) });

test('a key has a burst of two seconds, then its rate; another key has its own', () => {
  const clock = { nowMs: 0 };
  const limiter = new RateLimiter({ crm: 5 }, () => clock.nowMs);
  const key = holder('crm');
  for (let request = 0; request < 10; request++) expect(limiter.take(key)).toBe(0);
  expect(limiter.take(key)).toBe(1);
  expect(limiter.take(holder('crm'))).toBe(0);
  clock.nowMs = 200;
  expect([limiter.take(key), limiter.take(key)]).toEqual([0, 1]);
});

test('a slow limit says how long to wait, and holds what it says', () => {
  const clock = { nowMs: 0 };
  const limiter = new RateLimiter({ crm: 0.25 }, () => clock.nowMs);
  const key = holder('crm');
  expect([limiter.take(key), limiter.take(key)]).toEqual([0, 4]);
  clock.nowMs = 4000;
  expect(limiter.take(key)).toBe(0);
});

test('a scope without a limit has none', () => {
  const limiter = new RateLimiter({ crm: 1 }, () => 0);
  const key = holder('storefront');
  for (let request = 0; request < 1000; request++) expect(limiter.take(key)).toBe(0);
});

test('whenever requests come, no more pass than the rate and one burst allow', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), gaps, (perSecond, waits) => {
      const clock = { nowMs: 0 };
      const limiter = new RateLimiter({ crm: perSecond }, () => clock.nowMs);
      const key = holder('crm');
      let passed = 0;
      for (const wait of waits) {
        clock.nowMs += wait;
        if (limiter.take(key) === 0) passed++;
        expect(passed).toBeLessThanOrEqual(2 * perSecond + (clock.nowMs / 1000) * perSecond);
      }
    }),
  );
});
