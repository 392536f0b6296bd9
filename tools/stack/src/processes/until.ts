import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until the answer is true or `deadlineMs` have passed; tells which. */
export async function until(check: () => Promise<boolean>, deadlineMs: number, everyMs = 50): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (!(await check())) {
    if (performance.now() > end) return false;
    await delay(everyMs);
  }
  return true;
}
