import { DeadLetters, ErasedCustomers, laurelTopics, type LogTransport, openTransport } from '@laurel/change-log';
import { readSettings } from '@laurel/service';
import { openWarehouse, type Warehouse, WarehouseError } from '@laurel/warehouse';
import type { Db } from 'mongodb';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { BatchStore } from '../load/batch-store.js';
import { LoadProgress } from '../load/load-progress.js';
import { LoadStatus } from '../load/load-status.js';
import { Loader } from '../load/loader.js';
import { sendChange } from '../testing/send-change.js';
import { TestShop } from '../testing/test-shop.js';
import { LoadBarrier } from './load-barrier.js';
import { PipelineSubjectHolder } from './pipeline-subject-holder.js';

const bigquery = inject('bigquery');
const logger = pino({ level: 'silent' });

/** Has looked up who is erased, and does nothing with it until it is let go. */
class Suspended extends ErasedCustomers {
  readonly hasLooked = Promise.withResolvers<undefined>();
  readonly goOn = Promise.withResolvers<undefined>();

  override async areThereAny(): Promise<boolean> {
    const found = await super.areThereAny();
    this.hasLooked.resolve(undefined);
    await this.goOn.promise;
    return found;
  }
}

/** Says when somebody looks at it again, and so waits for it. */
class WatchedProgress extends LoadProgress {
  readonly isWaitedFor = Promise.withResolvers<undefined>();
  private reads = 0;

  override read(topics: readonly string[]): ReturnType<LoadProgress['read']> {
    if (++this.reads > 1) this.isWaitedFor.resolve(undefined);
    return super.read(topics);
  }
}

describe.runIf(bigquery)('an erasure while other processes load into BigQuery', () => {
  if (!bigquery) return;
  let shop: TestShop;
  let laurelDb: Db;
  let transport: LogTransport;
  let warehouses: Warehouse[];
  let topic: string;

  beforeEach(async () => {
    shop = await TestShop.create({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
    laurelDb = shop.mongo.db(`${shop.name}-laurel`);
    transport = await openTransport(readSettings(shop.environment), logger);
    await transport.ensureTopics(laurelTopics(shop.topics));
    topic = shop.topics.changes('orders');
    const dataset = shop.name.replaceAll('-', '_');
    const open = (): Promise<Warehouse> =>
      openWarehouse({ warehouse: 'bigquery', duckdbPath: '', bigquery: { ...bigquery, dataset } });
    warehouses = [await open(), ...(await Promise.all([open(), open()]))];
  });
  afterEach(async () => {
    await Promise.all(warehouses.map(warehouse => warehouse.close()));
    await transport.close();
    await shop.remove();
  });

  const warehouse = (index: number): Warehouse => {
    const found = warehouses[index];
    if (!found) throw new RangeError(`three warehouses are open, not ${index}`);
    return found;
  };
  const orderOf = (customerId: string) =>
    sendChange(transport, shop.topics, 'orders', { ...shop.order('o1'), customerId });
  const deadLetters = () => new DeadLetters(transport, shop.topics);
  /** What a process that loads works with. */
  const loading = (index: number, erased: ErasedCustomers) => ({
    warehouse: warehouse(index),
    transport,
    topics: shop.topics,
    deadLetters: deadLetters(),
    erased,
    logger,
  });
  const progressOf = (process: string) => new LoadProgress(laurelDb, process, logger);
  const ask = () =>
    shop.mongo.withSession(session =>
      session.withTransaction(() => new ErasedCustomers(laurelDb).add('ann', new Date(), session)),
    );
  /** Erases Ann, as was asked before, by a process that loads nothing itself. */
  const erase = async (progress: LoadProgress) => {
    const barrier = new LoadBarrier(transport, progress, shop.topics);
    const holder = new PipelineSubjectHolder(warehouse(2), deadLetters(), transport, shop.topics, barrier);
    await holder.erase('ann', () => Promise.resolve(), AbortSignal.timeout(60_000));
  };

  it('waits for a batch that was sorted before it and is stored after it, and removes what that stored', async () => {
    const partition = await orderOf('ann');
    const erased = new Suspended(laurelDb);
    const progress = progressOf('loading');
    const loader = new Loader({ ...loading(0, erased), progress });
    await loader.start();
    try {
      await erased.hasLooked.promise;
      await ask();
      const watched = new WatchedProgress(laurelDb, 'erasing', logger);
      const erasing = erase(watched);
      await Promise.race([erasing, watched.isWaitedFor.promise]);
      erased.goOn.resolve(undefined);
      await erasing;
      const stored = async () => (await progress.read([topic])).get(`${topic}/${partition}`)?.next;
      await expect.poll(stored, { timeout: 60_000 }).toBe(1n);
      expect(loader.status.stored).toBe(1);
      expect(await warehouse(2).customerRows('ann')).toEqual([]);
    } finally {
      erased.goOn.resolve(undefined);
      await loader.stop();
    }
  });

  it('does not wait for a process that was replaced, which can store nothing more', async () => {
    const batchOf = async (from: bigint, partition: number) => {
      const messages: Parameters<BatchStore['store']>[0][] = [];
      await transport.readToEnd(topic, partition, batch => Promise.resolve(void messages.push(batch)), from);
      const [batch] = messages;
      if (!batch) throw new Error('a message was expected in the log');
      return batch;
    };
    const storeOf = (index: number, erased: ErasedCustomers) =>
      new BatchStore({ ...loading(index, erased), status: new LoadStatus(), by: 'append' });
    const partition = await orderOf('bob');
    const plain = new ErasedCustomers(laurelDb);
    const first = await storeOf(0, plain).store(await batchOf(0n, partition), BatchStore.stateAt(undefined));
    if (!first) throw new Error('it should have been stored');

    await orderOf('ann');
    const suspended = new Suspended(laurelDb);
    const zombie = storeOf(0, suspended).store(await batchOf(1n, partition), first);
    await suspended.hasLooked.promise;

    await ask();
    const progress = progressOf('successor');
    const erasing = erase(progressOf('erasing'));
    const [position] = await warehouse(1).positions({ fresh: true });
    const stored = await storeOf(1, plain).store(await batchOf(1n, partition), BatchStore.stateAt(position));
    progress.note(topic, partition, stored?.next ?? null);
    await erasing;

    suspended.goOn.resolve(undefined);
    await expect(zombie).rejects.toThrow(WarehouseError);
    expect(await warehouse(2).customerRows('ann')).toEqual([]);
    expect(await warehouse(2).customerRows('bob')).toHaveLength(1);
  });
});
