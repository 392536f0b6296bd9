import { DeadLetters } from '@laurel/change-log';
import { readSettings } from '@laurel/service';
import { openWarehouse } from '@laurel/warehouse';
import { z } from 'zod';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming } from '../pipeline/streaming.js';
import { FaultShop } from '../shop/fault-shop.js';
import type { Fate } from '../shop/write.js';

const GIFTS = 20;
const BURST = 400;

export const drift: FaultScenario = {
  name: 'drift',
  about: 'a field added: a column; the type of a field changed: a dead letter; everything else goes on',
  async run({ servers, random }) {
    await using shop = await FaultShop.create(servers, random);
    const { writer, topics, transport } = shop;
    const ingester = await startStreaming(shop);
    await storesAgain(ingester);
    await writer.insertMany(BURST, 'early');
    await writer.stop();
    const orders = shop.db.collection<{ _id: string; rev: number; giftNote?: string | number; status?: unknown }>(
      'orders',
    );
    const set = async (
      key: string,
      fields: { giftNote?: string | number; status?: unknown },
      fate: Fate = 'captured',
    ) => {
      const rev = writer.nextRev();
      await orders.updateOne({ _id: key }, { $set: { ...fields, rev } });
      writer.noted({ collection: 'orders', key, op: 'u', rev, fate });
    };
    const [first = '', second = '', ...others] = writer.keysOf('orders').slice(0, GIFTS);
    for (const key of [first, second, ...others]) await set(key, { giftNote: `for ${key}` });
    await set(first, { giftNote: 42 }, 'unseen');
    await set(second, { status: 42 }, 'unseen');
    writer.start();
    const recoveryMs = await storesAgain(ingester);
    await writer.insertMany(BURST, 'late');
    await writer.stop();
    for (const key of [first, second])
      if (writer.keysOf('orders').includes(key)) await set(key, { giftNote: 'mended', status: 'paid' });
    await settled(shop, ingester);
    await ingester.stop();

    const wrong: string[] = [];
    const letters = await new DeadLetters(transport, topics).list();
    const errors = letters.map(({ error }) => error.name).sort();
    if (errors.join() !== 'MalformedChangeError,RowRejectedError')
      wrong.push(`dead letters: ${errors.join() || 'none'}`);
    const warehouse = await openWarehouse(readSettings(shop.environment));
    const sql = `SELECT COUNT(DISTINCT _key) AS found FROM laurel.orders_changelog WHERE "giftNote" LIKE 'for %'`;
    const [gifts] = await warehouse.query(sql, z.object({ found: z.number() }));
    await warehouse.close();
    if (gifts?.found !== GIFTS) wrong.push(`the new column holds ${gifts?.found} of ${GIFTS} values`);
    return await judge(shop, { injected: 3, recoveryMs, wrong });
  },
};
