const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each failed attempt the next comes; after the last there is none. The first attempt is at once. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/**
 * When to try again after `attempts` failed ones; undefined where there were enough. A receiver may ask for more patience (`Retry-After`),
 * never for less. Up to a tenth is added by `spread` (0 to 1), so that what failed together does not come together.
 */
export function nextAttemptAt(attempts: number, now: Date, retryAfterMs = 0, spread = Math.random()): Date | undefined {
  const delay = RETRY_DELAYS_MS[attempts - 1];
  if (delay === undefined) return undefined;
  return new Date(now.getTime() + Math.max(retryAfterMs, delay * (1 + spread / 10)));
}
