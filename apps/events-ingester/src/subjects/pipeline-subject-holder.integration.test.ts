import {
  deadLetterOf,
  DeadLetters,
  laurelTopics,
  openTransport,
  partitionOf,
  PARTITIONS,
  type LogTransport,
  type SubjectPlace,
} from '@laurel/change-log';
import { readSettings } from '@laurel/service';
import { DuckDbWarehouse } from '@laurel/warehouse';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { TestShop } from '../testing/test-shop.js';
import { LoadProgress } from '../load/load-progress.js';
import { sendChange } from '../testing/send-change.js';
import { LoadBarrier } from './load-barrier.js';
import { PipelineSubjectHolder } from './pipeline-subject-holder.js';

describe('what the pipeline holds of a customer', () => {
  let shop: TestShop;
  let transport: LogTransport;
  let warehouse: DuckDbWarehouse;
  let deadLetters: DeadLetters;
  let progress: LoadProgress;
  let holder: PipelineSubjectHolder;

  beforeAll(async () => {
    shop = await TestShop.create({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
    const { topics } = shop;
    transport = await openTransport(readSettings(shop.environment), pino({ level: 'silent' }));
    await transport.ensureTopics(laurelTopics(topics));
    warehouse = await DuckDbWarehouse.open({ path: shop.warehousePath });
    deadLetters = new DeadLetters(transport, topics);
    progress = new LoadProgress(shop.mongo.db(`${shop.name}-laurel`), 'test', pino({ level: 'silent' }));
    const barrier = new LoadBarrier(transport, progress, topics);
    holder = new PipelineSubjectHolder(warehouse, deadLetters, transport, topics, barrier);
  });
  afterAll(async () => {
    await warehouse.close();
    await transport.close();
    await shop.remove();
  });

  const tell = async (topic: string, key: string, value: object | null) => {
    const message = { key, value: value && JSON.stringify(value) };
    await transport.send(topic, partitionOf(key, PARTITIONS), [message]);
  };
  const found = async (customer: string) =>
    Object.fromEntries(
      (await holder.find(customer)).map(({ place, records, note }) => [place, [records.length, note !== undefined]]),
    );
  const letter = (offset: bigint, value: object) =>
    deadLetterOf(
      shop.topics.changes('orders'),
      0,
      { offset, key: null, value: Buffer.from(JSON.stringify(value)), headers: {}, timestampMs: Date.now() },
      new Error('no order'),
    );

  it('is found in the warehouse, in compacted topics by their last word, in the others until their retention, and erased', async () => {
    const { topics } = shop;
    await sendChange(transport, topics, 'customers', { _id: 'ann', email: 'ann@example.com' });
    await sendChange(transport, topics, 'customers', { _id: 'ann2', email: 'other@example.com' });
    await tell(topics.features, 'ann', { customer_id: 'ann', no_of_orders: 1 });
    await tell(topics.tiers, 'ann', { customer_id: 'ann', tier: 'GOLD' });
    await tell(topics.tiers, 'ann', null);
    await deadLetters.write([letter(1n, { customerId: 'ann' }), letter(2n, { customerId: 'ann2' })]);
    const row = {
      collection: 'customers',
      eventId: 'e1',
      seq: '1',
      op: 'c' as const,
      key: 'ann',
      sourceTs: new Date(),
      partition: 0,
      offset: 0n,
      document: { _id: 'ann', email: 'ann@example.com' },
    };
    await warehouse.append({ topic: topics.changes('customers'), partition: 0, rows: [row], position: null });

    expect(await found('ann')).toEqual({
      customers_changelog: [1, false],
      [topics.changes('customers')]: [1, true],
      [topics.features]: [1, false],
      [topics.deadLetters]: [1, false],
    });

    let removed: readonly SubjectPlace[] = [];
    const customers = topics.changes('customers');
    for (const { partition, end } of await transport.offsets(customers)) progress.note(customers, partition, end);
    await holder.erase(
      'ann',
      places => {
        removed = places;
        return Promise.resolve();
      },
      AbortSignal.timeout(60_000),
    );
    expect(removed).toEqual([
      { store: 'kafka', place: topics.deadLetters, records: 1 },
      { store: 'warehouse', place: 'customers_changelog', records: 1 },
    ]);
    await tell(topics.features, 'ann', null);
    expect(await found('ann')).toEqual({ [topics.changes('customers')]: [1, true] });
    expect((await deadLetters.list()).map(({ offset }) => offset)).toEqual([2n]);
    expect(await deadLetters.count()).toEqual({ total: 1, open: 1 });
    expect(Object.keys(await found('ann2'))).toEqual([topics.changes('customers'), topics.deadLetters]);
  });
});
