import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WakeableRest } from './wakeable-rest.js';

const HOUR_MS = 3_600_000;

test('a rest ends by itself, when woken, and at once when woken since the round began', async () => {
  const rest = new WakeableRest();
  await rest.rest(1);

  const woken = rest.rest(HOUR_MS);
  rest.wakeUp();
  await woken;

  await rest.rest(HOUR_MS);
  rest.beginRound();
  const asleep = await Promise.race([rest.rest(HOUR_MS).then(() => false), setImmediate(true)]);
  expect(asleep).toBe(true);
  rest.wakeUp();
});
