import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { importOrders } from '../import-orders.js';
import { MongoShopWriter, type StoredDocument } from './mongo-shop-writer.js';

const header = 'order,product,name,quantity,price,customer,placedAt,country';
const january = `${header}
1,a,Apple,2,1.50,7,2026-01-01 10:00,France
1,b,Bread,1,2,7,2026-01-01 10:00,France
2,a,Apple,1,1.75,8,2026-01-05 10:00,
`;
const february = `${header}
3,a,Apple,5,1.80,8,2026-02-01 10:00,Spain
`;

let folder: string;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-writer-test-'));
  client = await MongoClient.connect(inject('mongodbUri'));
});
afterAll(async () => {
  await client.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  db = client.db(`import_${randomUUID().slice(0, 8)}`);
  return () => db.dropDatabase();
});

async function take(content: string) {
  const file = join(folder, 'orders.csv');
  await writeFile(file, content);
  const writer = new MongoShopWriter(db);
  await importOrders(file, writer, { currency: 'EUR', timeZone: 'UTC' });
  return writer.counts;
}

const one = (collection: string, _id: string) => db.collection<StoredDocument>(collection).findOne({ _id });

describe('importing into MongoDB', () => {
  it('changes nothing the second time: the change stream stays silent', async () => {
    expect(await take(january)).toMatchObject({
      orders: { inserted: 2 },
      customers: { inserted: 2 },
      products: { inserted: 2 },
    });
    const changes = db.watch();
    const next = changes.next();
    const nothingNew = { inserted: 0, changed: 0, unchanged: 2 };
    await expect.poll(() => changes.resumeToken).toBeDefined();
    expect(await take(january)).toEqual({ orders: nothingNew, customers: nothingNew, products: nothingNew });
    await db.collection<StoredDocument>('orders').insertOne({ _id: 'after' });
    expect(await next).toMatchObject({ operationType: 'insert', documentKey: { _id: 'after' } });
    await changes.close();
  });

  it('keeps money a double, whole amounts too', async () => {
    await take(january);
    const types = await db
      .collection('orders')
      .aggregate([{ $unwind: '$items' }, { $group: { _id: { $type: '$items.price' } } }])
      .toArray();
    expect(types).toEqual([{ _id: 'double' }]);
  });

  it('takes a later price, whichever file comes first', async () => {
    await take(february);
    await take(january);
    expect(await one('products', 'a')).toMatchObject({ price: 1.8, pricedAt: new Date('2026-02-01T10:00:00Z') });
    expect(await one('customers', '8')).toMatchObject({
      country: 'Spain',
      createdAt: new Date('2026-01-05T10:00:00Z'),
    });
  });

  it('leaves alone what the shop keeps itself', async () => {
    await db.collection<StoredDocument>('products').insertOne({ _id: 'a', name: 'Our apple', price: 9, stock: 3 });
    await db.collection<StoredDocument>('orders').insertOne({ _id: '1', status: 'shipped', note: 'gift' });
    await db.collection<StoredDocument>('customers').insertOne({ _id: '7', email: 'x@example.com', country: 'Italy' });
    await take(january);
    expect(await one('products', 'a')).toEqual({ _id: 'a', name: 'Our apple', price: 9, stock: 3 });
    expect(await one('orders', '1')).toMatchObject({
      status: 'shipped',
      note: 'gift',
      customerId: '7',
      items: [{ price: 1.5 }, { price: 2 }],
    });
    expect(await one('customers', '7')).toEqual({
      _id: '7',
      email: 'x@example.com',
      country: 'Italy',
      createdAt: new Date('2026-01-01T10:00:00Z'),
    });
  });

  it('cancels an order that a later file uses up', async () => {
    await take(january);
    await take(`${january}C4,a,Apple,-1,1.75,8,2026-01-09 10:00,\n`);
    expect(await one('orders', '2')).toMatchObject({ status: 'cancelled', cancelledBy: ['C4'] });
    expect(await one('orders', 'C4')).toMatchObject({ status: 'cancelled', cancels: ['2'] });
    expect(await take(january)).toMatchObject({ orders: { inserted: 0, changed: 0, unchanged: 2 } });
    expect(await one('orders', '2')).toMatchObject({ status: 'cancelled' });
  });
});
