import { randomUUID } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseShopDocument, SHOP_COLLECTIONS, type ShopCollection } from '@laurel/shop';
import type { StoredDocument } from '@laurel/order-import';
import { fillSampleShop } from './fill-sample-shop.js';
import { isEmptyShop, sampleShopState } from './sample-marker.js';
import { ShopNotEmptyError } from './shop-not-empty-error.js';

const now = new Date('2026-11-21T09:00:00Z');
const name = () => `sample_${randomUUID().slice(0, 8)}`;
const whole = name();
const cut = name();
let client: MongoClient;

beforeAll(async () => {
  client = await MongoClient.connect(inject('mongodbUri'));
});
afterAll(async () => {
  await client.db(whole).dropDatabase();
  await client.db(cut).dropDatabase();
  await client.close();
});

const fill = (database: string, onProgress?: (done: number) => void) =>
  fillSampleShop({ mongodbUri: inject('mongodbUri'), database, seed: 5, now, onProgress });

/** Of each collection, in the order of `_id`. */
async function hashes(db: Db): Promise<unknown> {
  const { collections } = await db.command({ dbHash: 1, collections: SHOP_COLLECTIONS });
  expect(Object.keys(collections as object)).toHaveLength(SHOP_COLLECTIONS.length);
  return collections;
}

class Cut extends Error {}

describe('fillSampleShop', () => {
  it('fills an empty database with a whole shop, every document in the canonical shape', async () => {
    const db = client.db(whole);
    expect(await isEmptyShop(db)).toBe(true);
    const report = await fill(whole);
    expect(report.inserted).toEqual(report.documents);
    expect(report.documents).toMatchObject({ products: 4022, customers: 4814, orders: 22_987 });
    expect(report.documents.events).toBeGreaterThan(40_000);
    expect(report.documents.events).toBeLessThan(80_000);
    for (const collection of SHOP_COLLECTIONS) {
      expect(await db.collection(collection).countDocuments()).toBe(report.documents[collection]);
      for await (const document of db
        .collection<StoredDocument>(collection)
        .aggregate<StoredDocument>([{ $sample: { size: 500 } }]))
        parseShopDocument(collection, document);
    }
    expect(await sampleShopState(db)).toBe('filled');
    expect(await isEmptyShop(db)).toBe(false);
  });

  it('has at most one purchase for an order, for about a third of those that are no cancellations', async () => {
    const db = client.db(whole);
    const purchases = await db.collection('events').distinct('ecommerce.transaction_id');
    const orders = await db.collection<StoredDocument>('orders').distinct('_id', { _id: { $not: /^C/ } });
    expect(await db.collection('events').countDocuments({ event_name: 'purchase' })).toBe(purchases.length);
    const known = new Set<unknown>(orders);
    expect(purchases.filter(id => !known.has(id))).toEqual([]);
    expect(purchases.length / orders.length).toBeCloseTo(0.3, 1);
  });

  it('leaves a filled shop alone', async () => {
    expect((await fill(whole)).inserted).toEqual({ products: 0, customers: 0, orders: 0, events: 0 });
  });

  it('completes a filling that was cut, to the same documents bit for bit', async () => {
    const db = client.db(cut);
    const interrupted = fill(cut, done => {
      if (done > 0.7) throw new Cut();
    });
    await expect(interrupted).rejects.toThrow(Cut);
    expect(await sampleShopState(db)).toBe('unfinished');
    expect(await isEmptyShop(db)).toBe(true);
    const completed = await fillSampleShop({
      mongodbUri: inject('mongodbUri'),
      database: cut,
      seed: 6,
      now: new Date(),
    });
    const added = (collection: ShopCollection) => completed.inserted[collection];
    expect(added('orders')).toBeLessThan(completed.documents.orders);
    expect(added('events')).toBeGreaterThan(0);
    expect(await hashes(db)).toEqual(await hashes(client.db(whole)));
  });

  it('refuses a database with a shop of its own', async () => {
    const own = name();
    await client.db(own).collection<StoredDocument>('products').insertOne({ _id: 'a' });
    await expect(fill(own)).rejects.toThrow(ShopNotEmptyError);
    await client.db(own).dropDatabase();
  });

  it('refuses a database whose collections have names of their own', async () => {
    const own = name();
    await client.db(own).collection('Bestellung').insertOne({ nummer: 1 });
    expect(await isEmptyShop(client.db(own))).toBe(false);
    await expect(fill(own)).rejects.toThrow(ShopNotEmptyError);
    await client.db(own).dropDatabase();
  });
});
