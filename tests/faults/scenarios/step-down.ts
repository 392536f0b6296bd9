import { setTimeout as sleep } from 'node:timers/promises';
import { MongoError } from 'mongodb';
import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming } from '../pipeline/streaming.js';
import { MongoSet } from '../servers/mongo-set.js';
import { FaultShop } from '../shop/fault-shop.js';

const TIMES = 3;
const STAYS_DOWN_S = 5;
const BURST = 400;

export const stepDown: FaultScenario = {
  name: 'step-down',
  about: 'the primary of three steps down under writes',
  async run({ servers, random, say }) {
    await using set = await MongoSet.start({ members: 3 });
    await using shop = await FaultShop.create(
      { ...servers, kafkaBrokers: servers.kafkaBrokers, mongodbUri: set.uri },
      random,
    );
    const ingester = await startStreaming(shop);
    await storesAgain(ingester);
    let recoveryMs = 0;
    for (let made = 0; made < TIMES; made++) {
      await sleep(random.below(1500));
      const port = await set.primary();
      const sinceMs = awakeMs();
      await set.onMember(port, client =>
        client
          .db('admin')
          .command({ replSetStepDown: STAYS_DOWN_S, secondaryCatchUpPeriodSecs: 2, force: true })
          .catch((error: unknown) => {
            if (!(error instanceof MongoError)) throw error;
          }),
      );
      const next = await set.primary();
      await shop.writer.insertMany(BURST, `burst${made}-`);
      const tookMs = await storesAgain(ingester, sinceMs);
      recoveryMs = Math.max(recoveryMs, tookMs);
      say(`${port} stepped down, ${next} is primary; ${tookMs} ms until changes were stored again`);
    }
    await shop.writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    return await judge(shop, { injected: TIMES, recoveryMs });
  },
};
