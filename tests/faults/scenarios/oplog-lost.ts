import { setTimeout as sleep } from 'node:timers/promises';
import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { Ingester } from '../pipeline/ingester.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming, untilCaptured } from '../pipeline/streaming.js';
import { MongoSet } from '../servers/mongo-set.js';
import { FaultShop } from '../shop/fault-shop.js';
import { until } from '../until.js';

const OPLOG_MB = 8;
const BURST = 400;
const FILLER_BYTES = 512 * 1024;

export const oplogLost: FaultScenario = {
  name: 'oplog-lost',
  about:
    'the oplog rolls past the token while capture is away: a new epoch, and what was deleted in the gap is deleted',
  async run({ servers, random, say }) {
    await using set = await MongoSet.start({ members: 1, oplogMb: OPLOG_MB });
    await using shop = await FaultShop.create({ kafkaBrokers: servers.kafkaBrokers, mongodbUri: set.uri }, random);
    const { writer, mongo } = shop;
    let ingester = await startStreaming(shop);
    await storesAgain(ingester);
    await writer.insertMany(BURST, 'early');
    await writer.stop();
    await untilCaptured(shop, ingester);
    await ingester.kill();

    const sinceMs = awakeMs();
    const lostBeforeMs = await shop.markNow();
    writer.fate = 'unseen';
    await writer.some(300);
    const filler = mongo.db(`${shop.name}-filler`).collection('filler');
    const oplog = mongo.db('local').collection<{ ts: { getHighBits(): number } }>('oplog.rs');
    await until('the oplog has rolled on', async () => {
      await filler.insertOne({ filler: 'x'.repeat(FILLER_BYTES) });
      const [first] = await oplog
        .find({}, { readConcern: { level: 'local' } })
        .sort({ $natural: 1 })
        .limit(1)
        .toArray();
      if (first && first.ts.getHighBits() * 1000 > lostBeforeMs) return true;
      await sleep(20);
      return false;
    });
    await mongo.db(`${shop.name}-filler`).dropDatabase();

    ingester = new Ingester(shop.environment);
    await ingester.until('a new epoch streams', ({ state, epoch }) => state === 'streaming' && (epoch ?? 0) > 1);
    writer.start();
    const recoveryMs = await storesAgain(ingester, sinceMs);
    await writer.insertMany(BURST, 'late');
    say(`${writer.log.filter(({ fate }) => fate === 'unseen').length} changes fell into the gap`);
    await writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    const epoch = ingester.report?.epoch;
    return await judge(shop, { injected: 1, recoveryMs, wrong: epoch === 2 ? [] : [`epoch ${epoch} instead of 2`] });
  },
};
