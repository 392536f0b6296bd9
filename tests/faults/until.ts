import { setTimeout as sleep } from 'node:timers/promises';
import { awakeMs } from './awake-clock.js';

/** What was waited for did not come. */
export class NotInTimeError extends Error {
  constructor(what: string, withinMs: number, detail = '') {
    super(`not within ${withinMs / 1000} s: ${what}${detail && `; ${detail}`}`);
    this.name = 'NotInTimeError';
  }
}

/**
 * Asks again and again until the answer is something else than undefined and false; an error counts as "not yet".
 *
 * @throws NotInTimeError
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 240_000,
): Promise<T> {
  const deadlineMs = awakeMs() + withinMs;
  let last = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (awakeMs() > deadlineMs) throw new NotInTimeError(what, withinMs, last);
    await sleep(25);
  }
}
