import { randomUUID } from 'node:crypto';
import { type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dueBy, type TierCustomer, TierStore } from './tier-store.js';

describe('TierStore', () => {
  let mongo: MongoClient;
  let store: TierStore;

  beforeAll(async () => {
    mongo = await MongoClient.connect(inject('mongodbUri'));
    store = new TierStore(mongo.db(`tiers_${randomUUID().slice(0, 8)}`));
    await store.prepare();
  });
  afterAll(async () => {
    await store.db.dropDatabase();
    await mongo.close();
  });

  it('looks for work among those alone who have some, however many have none', async () => {
    const now = new Date();
    const rest = { known: null, standing: null, pin: null, changedAt: null, decidedAt: null, modelVersion: null };
    const customer = (_id: string, stale: boolean, checkAt: Date | null): TierCustomer => ({
      _id,
      ...rest,
      runId: null,
      stale,
      checkAt,
    });
    const idle = Array.from({ length: 100 }, (_, i) => customer(`idle-${i}`, false, null));
    const later = customer('later', false, new Date(now.getTime() + 60_000));
    await store.customers.insertMany([...idle, later, customer('due', false, now), customer('stale', true, null)]);
    const lookedAt = async (filter: Parameters<typeof store.customers.find>[0]): Promise<unknown> => {
      const plan: Document = await store.customers.find(filter).explain('executionStats');
      return (plan['executionStats'] as Document)['totalDocsExamined'];
    };
    expect(await lookedAt(dueBy(now))).toBe(1);
    expect(await lookedAt({ stale: true })).toBe(1);
  });
});
