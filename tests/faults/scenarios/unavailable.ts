import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { untilStreaming } from '../pipeline/streaming.js';
import { BigQueryShop } from '../servers/bigquery-shop.js';

const REFUSED_MS = 8000;
const MOST_RSS_MB = 400;

export const unavailable: FaultScenario = {
  name: 'unavailable',
  about: 'BigQuery answers 503, then 429, to everything: memory stays bounded, and it catches up',
  async run(arena) {
    await using set = await BigQueryShop.create(arena);
    if (!set) return undefined;
    const { shop, storage, rest } = set;
    await shop.writer.insertMany(200);
    const ingester = await set.start('capture', 'load');
    await untilStreaming(ingester);
    shop.writer.start();
    let recoveryMs = 0;
    for (const status of [503, 429] as const) {
      await storesAgain(ingester);
      storage.refuse(status);
      rest.refuse(status);
      await sleep(REFUSED_MS + arena.random.below(2000));
      storage.heal();
      rest.heal();
      const tookMs = await storesAgain(ingester);
      recoveryMs = Math.max(recoveryMs, tookMs);
      arena.say(`${tookMs} ms after ${status} changes were stored again; ${ingester.peakRssMb} MB at most`);
    }
    await shop.writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    const wrong = ingester.peakRssMb > MOST_RSS_MB ? [`memory rose to ${ingester.peakRssMb} MB`] : [];
    return await judge(shop, { injected: 2, recoveryMs, wrong });
  },
};
