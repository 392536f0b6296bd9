import { DeadLetters } from '@laurel/change-log';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming } from '../pipeline/streaming.js';
import { FaultShop } from '../shop/fault-shop.js';
import { documentOf } from '../shop/shop-documents.js';

const ROWS = 500;

export const poison: FaultScenario = {
  name: 'poison',
  about: 'one poison row among 500: 499 stored, one dead letter that names its source offset',
  async run({ servers, random }) {
    await using shop = await FaultShop.create(servers, random);
    const { writer, topics, transport } = shop;
    const ingester = await startStreaming(shop);
    await storesAgain(ingester);
    await writer.stop();
    const orders = shop.db.collection<{ _id: string; rev: number }>('orders');
    const place = random.below(ROWS);
    const rows = Array.from({ length: ROWS }, (_, index) => {
      const rev = writer.nextRev();
      return index === place ? { _id: 'poison', rev } : documentOf.orders(`row${index}`, rev);
    });
    await orders.insertMany(rows);
    for (const { _id: key, rev } of rows)
      writer.noted({ collection: 'orders', key, op: 'c', rev, fate: key === 'poison' ? 'unseen' : 'captured' });
    writer.start();
    const recoveryMs = await storesAgain(ingester);
    await writer.stop();
    await orders.deleteOne({ _id: 'poison' });
    writer.noted({ collection: 'orders', key: 'poison', op: 'd', rev: null, fate: 'captured' });
    await settled(shop, ingester);
    await ingester.stop();

    const letters = await new DeadLetters(transport, topics).list();
    const wrong = letters.length === 1 ? [] : [`${letters.length} dead letters instead of one`];
    for (const { topic, partition, offset } of letters) {
      const keys: string[] = [];
      const take = ({ messages }: { messages: readonly { offset: bigint; key: Buffer | null }[] }) => {
        for (const message of messages) if (message.offset === offset) keys.push(String(message.key));
        return Promise.resolve();
      };
      await transport.readToEnd(topic, partition, take, offset);
      if (topic !== topics.changes('orders') || keys[0] !== '{"id":"\\"poison\\""}')
        wrong.push(`the dead letter names ${topic}/${partition}/${offset}, where ${keys.join() || 'nothing'} is`);
    }
    return await judge(shop, { injected: 1, recoveryMs, wrong });
  },
};
