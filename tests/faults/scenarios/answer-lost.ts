import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { untilStreaming } from '../pipeline/streaming.js';
import { BigQueryShop } from '../servers/bigquery-shop.js';

const TIMES = 3;

export const answerLost: FaultScenario = {
  name: 'answer-lost',
  about: 'appends carried out whose answers are lost: one copy of each row',
  async run(arena) {
    await using set = await BigQueryShop.create(arena);
    if (!set) return undefined;
    const { shop, storage } = set;
    await shop.writer.insertMany(200);
    const ingester = await set.start('capture', 'load');
    await untilStreaming(ingester);
    shop.writer.start();
    let recoveryMs = 0;
    for (let made = 0; made < TIMES; made++) {
      await storesAgain(ingester);
      storage.loseAnswers();
      await sleep(500 + arena.random.below(2000));
      storage.heal();
      recoveryMs = Math.max(recoveryMs, await storesAgain(ingester));
    }
    await shop.writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    return await judge(shop, { injected: TIMES, recoveryMs });
  },
};
