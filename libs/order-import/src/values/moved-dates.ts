const WEEK_MS = 7 * 24 * 3_600_000;

/**
 * By how many whole weeks to move dates so that the last of them falls into the seven days before `nowMs`. Weekdays and times of day stay
 * as they were. Negative for dates in the future.
 */
export function weeksToMove(lastMs: number, nowMs: number): number {
  return Math.floor((nowMs - lastMs) / WEEK_MS);
}

/** `weeks` in milliseconds. */
export function weeksInMs(weeks: number): number {
  return weeks * WEEK_MS;
}
