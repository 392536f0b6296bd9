import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming } from '../pipeline/streaming.js';
import { FaultShop } from '../shop/fault-shop.js';

/** Longer than the consumer group's session timeout, 10 s, and the lease. */
const SUSPENDED_MS = 13_000;

export const suspend: FaultScenario = {
  name: 'suspend',
  about: 'SIGSTOP beyond the session timeout and the lease, then SIGCONT',
  async run({ servers, random, say }) {
    await using shop = await FaultShop.create(servers, random);
    const ingester = await startStreaming(shop);
    await storesAgain(ingester);
    await sleep(random.below(1000));
    ingester.suspend();
    await sleep(SUSPENDED_MS);
    ingester.resume();
    const recoveryMs = await storesAgain(ingester);
    say(`${recoveryMs} ms after SIGCONT changes were stored again`);
    await shop.writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    return await judge(shop, { injected: 1, recoveryMs });
  },
};
