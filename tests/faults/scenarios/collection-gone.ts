import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming } from '../pipeline/streaming.js';
import { FaultShop } from '../shop/fault-shop.js';
import { documentOf, type WrittenProduct } from '../shop/shop-documents.js';

const STAGED = 50;

export const collectionGone: FaultScenario = {
  name: 'collection-gone',
  about: 'a collection dropped, made again, renamed away, and another renamed to its name; the stream survives',
  async run({ servers, random }) {
    await using shop = await FaultShop.create(servers, random);
    const { writer, db } = shop;
    const ingester = await startStreaming(shop);
    await storesAgain(ingester);

    await writer.stop();
    await db.collection('orders').drop();
    writer.notedDrop('orders');
    await shop.createCollection('orders');
    await writer.some(150);

    await db.collection('orders').rename('old_orders');
    writer.notedDrop('orders');
    await shop.createCollection('orders');
    writer.start();
    const recoveryMs = await storesAgain(ingester);
    await writer.stop();
    await settled(shop, ingester);

    // The documents come in by a new snapshot: the changes in between cannot be told.
    await shop.createCollection('staged');
    const staged = Array.from({ length: STAGED }, (_, index) => documentOf.products(`k${index}`, writer.nextRev()));
    await db.collection<WrittenProduct>('staged').insertMany(staged);
    writer.fate = 'unseen';
    writer.notedDrop('products');
    await db.collection('staged').rename('products', { dropTarget: true });
    writer.fate = 'before';
    for (const { _id, rev } of staged)
      writer.noted({ collection: 'products', key: _id, op: 'c', rev, fate: writer.fate });
    await ingester.until('everything was read anew', ({ state, epoch }) => state === 'streaming' && epoch === 2);
    writer.start();
    await storesAgain(ingester);
    await writer.stop();
    await settled(shop, ingester);
    await ingester.stop();
    return await judge(shop, { injected: 3, recoveryMs });
  },
};
