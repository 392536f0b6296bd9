import { describe, expect, it } from 'vitest';
import { LagClock } from './lag-clock.js';

describe('LagClock', () => {
  it('counts from the last time that nothing was waiting, not from the last message of an idle shop', () => {
    const clock = new LagClock();
    clock.stored('orders/0', 1_000);
    clock.caughtUp('orders/0', 3_600_000);
    expect(clock.waitingMs('orders/0', 3_601_500)).toBe(1_500);
  });

  it('counts from the newest message stored while load works off what waits', () => {
    const clock = new LagClock();
    clock.caughtUp('orders/0', 1_000);
    expect(clock.waitingMs('orders/0', 61_000)).toBe(60_000);
    clock.stored('orders/0', 40_000);
    expect(clock.waitingMs('orders/0', 61_000)).toBe(21_000);
    clock.stored('orders/0', 30_000);
    expect(clock.waitingMs('orders/0', 61_000)).toBe(21_000);
  });

  it('counts from the first time asked where nothing is known, each partition by itself', () => {
    const clock = new LagClock();
    expect([clock.waitingMs('a', 5_000), clock.waitingMs('a', 8_000), clock.waitingMs('b', 8_000)]).toEqual([
      0, 3_000, 0,
    ]);
  });

  it('is not thrown by a clock that runs ahead', () => {
    const clock = new LagClock();
    clock.stored('a', 9_000);
    expect(clock.waitingMs('a', 8_000)).toBe(0);
  });
});
