import { setTimeout as sleep } from 'node:timers/promises';
import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { CheckpointWatch } from '../oracle/checkpoint-watch.js';
import { judge } from '../oracle/judge.js';
import { Ingester } from '../pipeline/ingester.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming } from '../pipeline/streaming.js';
import { FaultShop } from '../shop/fault-shop.js';

const KILLS = 3;
const LONGEST_LIFE_MS = 1500;

export const kill: FaultScenario = {
  name: 'kill',
  about: 'kill -9 of capture and load at random points of the stream',
  async run({ servers, random, say }) {
    await using shop = await FaultShop.create(servers, random);
    const checkpoints = new CheckpointWatch(shop);
    let ingester = await startStreaming(shop);
    await storesAgain(ingester);
    let recoveryMs = 0;
    for (let killed = 1; killed <= KILLS; killed++) {
      await sleep(random.below(LONGEST_LIFE_MS));
      const sinceMs = awakeMs();
      await ingester.kill();
      await checkpoints.note();
      ingester = new Ingester(shop.environment);
      const tookMs = await storesAgain(ingester, sinceMs);
      recoveryMs = Math.max(recoveryMs, tookMs);
      say(`killed ${killed} times; ${tookMs} ms until changes were stored again`);
    }
    await shop.writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    return await judge(shop, { injected: KILLS, recoveryMs, checkpoints });
  },
};
