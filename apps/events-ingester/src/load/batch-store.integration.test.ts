import {
  bsonToExtendedJson,
  ChangeEncoder,
  DeadLetters,
  ErasedCustomers,
  laurelTopics,
  type LogBatch,
  type LogTransport,
  openTransport,
  Sequence,
} from '@laurel/change-log';
import { readSettings } from '@laurel/service';
import { DuckDbWarehouse, ErasedSinceError } from '@laurel/warehouse';
import { BSON } from 'mongodb';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { TestShop } from '../testing/test-shop.js';
import { BatchStore } from './batch-store.js';
import { LoadStatus } from './load-status.js';

const logger = pino({ level: 'silent' });

let shop: TestShop;
let transport: LogTransport;
let warehouse: DuckDbWarehouse;

beforeAll(async () => {
  shop = await TestShop.create({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
  transport = await openTransport(readSettings(shop.environment), logger);
  await transport.ensureTopics(laurelTopics(shop.topics));
  warehouse = await DuckDbWarehouse.open({ path: shop.warehousePath });
});
afterAll(async () => {
  await warehouse.close();
  await transport.close();
  await shop.remove();
});

/** Erases a customer just after it was looked up for the first time who was: what a batch under way does not know. */
class ErasedMeanwhile extends ErasedCustomers {
  private isDone = false;

  override async areThereAny(): Promise<boolean> {
    const wereThere = await super.areThereAny();
    if (!this.isDone) {
      this.isDone = true;
      await shop.mongo.withSession(session => session.withTransaction(() => this.add('ann', new Date(), session)));
      await warehouse.eraseCustomer('ann');
    }
    return wereThere;
  }
}

/** Two orders in the log, of Ann and of Bob. */
async function ordersInLog(): Promise<LogBatch[]> {
  const topic = shop.topics.changes('orders');
  for (const [index, customerId] of ['ann', 'bob'].entries()) {
    const { _id, ...order } = shop.order(`o${index}`);
    const event = {
      database: shop.db.databaseName,
      collection: 'orders',
      op: 'c' as const,
      id: JSON.stringify(_id),
      eventId: `event-${index}`,
      seq: Sequence.ofChunk(1, index),
      epoch: 1,
      before: null,
      after: bsonToExtendedJson(BSON.serialize({ _id, ...order, customerId })),
      snapshot: false,
      clusterTimeMs: Date.now(),
      ord: 1,
    };
    await transport.send(topic, 0, new ChangeEncoder('laurel').encode(event, Date.now()));
  }
  const batches: LogBatch[] = [];
  await transport.readToEnd(topic, 0, batch => Promise.resolve(void batches.push(batch)));
  return batches;
}

it('what a customer did is not stored by a batch that was read just before the customer was erased', async () => {
  const { topics } = shop;
  const store = new BatchStore({
    warehouse,
    topics,
    logger,
    status: new LoadStatus(),
    by: 'append',
    deadLetters: new DeadLetters(transport, topics),
    erased: new ErasedMeanwhile(shop.mongo.db(`${shop.name}-laurel`)),
  });
  for (const batch of await ordersInLog()) {
    await expect(store.store(batch, BatchStore.stateAt(undefined))).rejects.toThrow(ErasedSinceError);
    expect(await warehouse.positions()).toEqual([]);
    await store.store(batch, BatchStore.stateAt(undefined));
  }
  expect(await warehouse.customerRows('ann')).toEqual([]);
  expect(await warehouse.customerRows('bob')).toMatchObject([{ table: 'orders_changelog', rows: [{ _key: 'o1' }] }]);
  expect(await warehouse.positions()).toMatchObject([{ nextOffset: 2n }]);
});
