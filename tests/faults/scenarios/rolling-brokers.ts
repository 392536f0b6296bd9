import { setTimeout as sleep } from 'node:timers/promises';
import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain, worksAgain } from '../pipeline/settled.js';
import { startStreaming } from '../pipeline/streaming.js';
import { FaultShop } from '../shop/fault-shop.js';

const LONGEST_AWAY_MS = 4000;

export const rollingBrokers: FaultScenario = {
  name: 'rolling-brokers',
  about: 'kill -9 of each of three brokers in turn, three replicas',
  async run({ servers, random, say }) {
    await using shop = await FaultShop.create(servers, random);
    const ingester = await startStreaming(shop);
    await storesAgain(ingester);
    const first = random.below(servers.brokers.length);
    let recoveryMs = 0;
    for (const index of servers.brokers.keys()) {
      const broker = servers.brokers[(first + index) % servers.brokers.length] ?? '';
      const sinceMs = awakeMs();
      await servers.killBroker(broker);
      const recovered = worksAgain(shop, ingester, sinceMs);
      recovered.catch(() => undefined);
      await sleep(random.below(LONGEST_AWAY_MS));
      await servers.restartBrokers();
      const backMs = Math.round(awakeMs() - sinceMs);
      const tookMs = await recovered;
      recoveryMs = Math.max(recoveryMs, tookMs);
      say(`${broker} was away for ${backMs} ms; ${tookMs} ms after its death all of the pipeline worked`);
    }
    await shop.writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    return await judge(shop, { injected: servers.brokers.length, recoveryMs });
  },
};
