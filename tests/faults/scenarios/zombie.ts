import { setTimeout as sleep } from 'node:timers/promises';
import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { untilStreaming } from '../pipeline/streaming.js';
import { BigQueryShop } from '../servers/bigquery-shop.js';

const SUSPENDED_MS = 14_000;
const AFTERWARDS_MS = 3000;

export const zombie: FaultScenario = {
  name: 'zombie',
  about: 'SIGSTOP until another process has taken over, then SIGCONT: the appends of the one thought dead are rejected',
  async run(arena) {
    await using set = await BigQueryShop.create(arena);
    if (!set) return undefined;
    const { shop } = set;
    await shop.writer.insertMany(200);
    const first = await set.start('capture', 'load');
    await untilStreaming(first);
    const second = await set.start('capture', 'load');
    await second.until('the second stands by', ({ state }) => state === 'standby');
    shop.writer.start();
    await storesAgain(first);
    const sinceMs = awakeMs();
    first.suspend();
    await sleep(SUSPENDED_MS + arena.random.below(2000));
    await second.until('the second has taken over', ({ state }) => state === 'streaming');
    const recoveryMs = await storesAgain(second, sinceMs);
    arena.say(`${recoveryMs} ms after SIGSTOP the other stores`);
    first.resume();
    await sleep(AFTERWARDS_MS);
    await shop.writer.stop();
    await settled(shop, second);
    await first.stop();
    await second.stop();
    return await judge(shop, { injected: 1, recoveryMs });
  },
};
