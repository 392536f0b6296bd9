import { describe, expect, it } from 'vitest';
import { nextTime } from './delivery-schedule.js';

describe('the next time of a schedule', () => {
  it.each([
    ['0 4 * * *', '2026-03-01T03:59:59Z', '2026-03-01T04:00:00.000Z'],
    ['0 4 * * *', '2026-03-01T04:00:00Z', '2026-03-02T04:00:00.000Z'],
    ['30 2 * * 1', '2026-03-29T00:00:00Z', '2026-03-30T02:30:00.000Z'],
  ])('%s after %s is %s', (cron, now, next) => {
    expect(nextTime(cron, new Date(now)).toISOString()).toBe(next);
  });
});
