import { randomUUID } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ShopChange } from '../shop-change.js';
import { type Deed, deedOf } from './deed.js';
import { ErasedCustomers } from './erased-customers.js';

const ERASED_AT = new Date('2026-03-01T00:00:00Z');

describe('erased customers', () => {
  let mongo: MongoClient;
  let db: Db;
  let erased: ErasedCustomers;

  beforeAll(async () => {
    mongo = await new MongoClient(inject('mongodbUri')).connect();
    db = mongo.db(`erased_${randomUUID().slice(0, 8)}`);
    erased = new ErasedCustomers(db);
    await erased.prepare();
  });
  afterAll(async () => {
    await db.dropDatabase();
    await mongo.close();
  });

  const deeds: Deed[] = [
    { customerId: 'ann', at: new Date('2026-02-28T00:00:00Z') },
    { customerId: 'ann', at: ERASED_AT },
    { customerId: 'ann', at: new Date('2026-03-01T00:00:00.001Z') },
    { customerId: 'bob', at: new Date('2020-01-01T00:00:00Z') },
  ];
  const kept = async (items: readonly (Deed | undefined)[] = deeds) => erased.without(items, item => item);

  it('nobody was: everything is kept as it is', async () => {
    expect(await kept()).toBe(deeds);
  });

  it('keep what others did, what nobody did, and what they do later; the id itself is not kept', async () => {
    await mongo.withSession(session => session.withTransaction(() => erased.add('ann', ERASED_AT, session)));
    expect(await kept([...deeds, undefined])).toEqual([deeds[2], deeds[3], undefined]);
    expect(JSON.stringify(await db.collection('erased_customers').find().toArray())).not.toContain('ann');
  });

  it('a second, earlier erasure takes nothing back', async () => {
    await mongo.withSession(session => session.withTransaction(() => erased.add('ann', new Date(0), session)));
    expect(await kept()).toEqual([deeds[2], deeds[3]]);
  });
});

describe('the deed of a change', () => {
  const at = new Date('2026-04-01T00:00:00Z');
  const change = (collection: string, op: string, document: object | null): ShopChange =>
    ({ collection, op, id: 'x', eventId: 'e', seq: '1', at, document }) as ShopChange;

  it.each<[string, ShopChange, Deed | undefined]>([
    [
      'an order is done when it is placed',
      change('orders', 'u', { customerId: 'c', placedAt: new Date(5) }),
      { customerId: 'c', at: new Date(5) },
    ],
    [
      'an event when it happens',
      change('events', 'c', { user_pseudo_id: 'c', event_timestamp: 7_999 }),
      { customerId: 'c', at: new Date(7) },
    ],
    [
      'a customer when they are created',
      change('customers', 'u', { createdAt: new Date(9) }),
      { customerId: 'x', at: new Date(9) },
    ],
    ['without that, when they are inserted', change('customers', 'c', {}), { customerId: 'x', at }],
    ['or before all time', change('customers', 'r', {}), { customerId: 'x', at: new Date(0) }],
    ['nobody does a product', change('products', 'c', { name: 'p' }), undefined],
    ['nobody does what is deleted', change('orders', 'd', null), undefined],
  ])('%s', (_, given, expected) => expect(deedOf(given)).toEqual(expected));
});
