import fc from 'fast-check';
import { expect, it } from 'vitest';
import { weeksInMs, weeksToMove } from './moved-dates.js';

it('moves the last date into the seven days before now, on the same weekday', () => {
  const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
  fc.assert(
    fc.property(times, times, (lastMs, nowMs) => {
      const movedMs = lastMs + weeksInMs(weeksToMove(lastMs, nowMs));
      const ageMs = nowMs - movedMs;
      return ageMs >= 0 && ageMs < weeksInMs(1) && new Date(movedMs).getUTCDay() === new Date(lastMs).getUTCDay();
    }),
  );
  expect(weeksInMs(1)).toBe(604_800_000);
});
