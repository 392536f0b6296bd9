import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming, untilCaptured } from '../pipeline/streaming.js';
import { FaultShop } from '../shop/fault-shop.js';
import { documentOf } from '../shop/shop-documents.js';

const LARGE_BYTES = 9 * 1024 * 1024;
const EVENTS = 2;

export const largeEvent: FaultScenario = {
  name: 'large-event',
  about: 'an event over 16 MB among others: it arrives without its images, and every other one whole',
  async run({ servers, random }) {
    await using shop = await FaultShop.create(servers, random);
    const { writer } = shop;
    const ingester = await startStreaming(shop);
    await storesAgain(ingester);
    const products = shop.db.collection<{ _id: string; rev: number; note?: string }>('products');
    const key = 'large';
    const rev = writer.nextRev();
    await products.insertOne(documentOf.products(key, rev));
    writer.noted({ collection: 'products', key, op: 'c', rev, fate: 'captured' });
    let recoveryMs = 0;
    for (let made = 0; made < EVENTS; made++) {
      const next = writer.nextRev();
      await products.updateOne({ _id: key }, { $set: { rev: next, note: 'x'.repeat(LARGE_BYTES + made) } });
      writer.noted({ collection: 'products', key, op: 'u', rev: next, fate: 'captured' });
      const sinceMs = awakeMs();
      await untilCaptured(shop, ingester);
      recoveryMs = Math.max(recoveryMs, Math.round(awakeMs() - sinceMs));
    }
    await writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    return await judge(shop, { injected: EVENTS, recoveryMs });
  },
};
