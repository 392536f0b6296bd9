import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming } from '../pipeline/streaming.js';
import { MongoSet } from '../servers/mongo-set.js';
import { FaultShop } from '../shop/fault-shop.js';
import { documentOf } from '../shop/shop-documents.js';
import { until } from '../until.js';

const WRITES = 50;
const BURST = 400;
/** For so long the primary does not notice that it is alone. */
const ELECTION_MS = 4000;

export const rolledBackWrite: FaultScenario = {
  name: 'rolled-back-write',
  about:
    'a primary cut off acknowledges writes (w: 1) that the others never get; it rolls them back, and nobody sees them',
  async run({ servers, random, say }) {
    await using set = await MongoSet.start({ members: 3, electionMs: ELECTION_MS });
    await using shop = await FaultShop.create({ kafkaBrokers: servers.kafkaBrokers, mongodbUri: set.uri }, random);
    const { writer, db } = shop;
    const ingester = await startStreaming(shop);
    await storesAgain(ingester);
    await writer.insertMany(BURST, 'early');
    await writer.stop();

    const old = await set.primary();
    const others = set.ports.filter(port => port !== old);
    const acknowledged = await set.onMember(old, async client => {
      const orders = client
        .db(db.databaseName)
        .collection<{ _id: string }>('orders', { writeConcern: { w: 1, j: true } });
      await orders.findOne({});
      await Promise.all(others.map(port => set.kill(port)));
      let count = 0;
      for (let made = 0; made < WRITES; made++) {
        const rev = writer.nextRev();
        const key = `k${made}`;
        const { _id, ...rest } = documentOf.orders(key, rev);
        const done = await orders.replaceOne({ _id }, rest, { upsert: true }).catch(() => undefined);
        if (!done) break;
        writer.noted({ collection: 'orders', key, op: 'u', rev, fate: 'uncommitted' });
        count++;
      }
      return count;
    });
    if (acknowledged === 0) {
      say('left out: the primary noticed that it was alone before it could acknowledge a write');
      return undefined;
    }
    await set.kill(old);
    for (const port of others) await set.startMember(port);
    const sinceMs = awakeMs();
    await set.primary();
    writer.start();
    const recoveryMs = await storesAgain(ingester, sinceMs);
    await writer.insertMany(BURST, 'late');
    await set.startMember(old);
    await until(`${old} has rolled back`, () =>
      set.onMember(old, async client => (await client.db('admin').command({ hello: 1 }))['secondary'] === true),
    );
    say(`${acknowledged} writes were acknowledged and rolled back`);
    await writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    return await judge(shop, { injected: acknowledged, recoveryMs });
  },
};
