import { randomUUID } from 'node:crypto';
import { type ClientSession, MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { endAbandonedTransactions } from './abandoned-transactions.js';

const HOUR_MS = 3_600_000;

let name: string;
let mongo: MongoClient;
let session: ClientSession;

/** A transaction that has changed the document, and in which nothing happens any more. */
beforeEach(async () => {
  name = `abandoned_${randomUUID().slice(0, 8)}`;
  mongo = await MongoClient.connect(inject('mongodbUri'), { appName: name });
  await documents().insertOne({ _id: 'a', by: 'nobody' });
  session = mongo.startSession();
  session.startTransaction();
  await documents().updateOne({ _id: 'a' }, { $set: { by: 'the dead' } }, { session });
});
afterEach(async () => {
  await session.endSession();
  await mongo.db(name).dropDatabase();
  await mongo.close();
});

test('a transaction nobody goes on with is ended, and whoever waited for its documents writes', async () => {
  const other = mongo.startSession();
  const writing = other.withTransaction(() =>
    documents().updateOne({ _id: 'a' }, { $set: { by: 'the living' } }, { session: other }),
  );
  await expect.poll(() => endAbandonedTransactions(mongo, name, 0), { timeout: 30_000 }).toBeGreaterThan(0);
  await writing;
  await other.endSession();
  expect(await documents().findOne()).toMatchObject({ by: 'the living' });
  await expect(session.commitTransaction()).rejects.toMatchObject({ codeName: 'NoSuchTransaction' });
});

test('one in which something happened lately, or of another name, goes on', async () => {
  expect(await endAbandonedTransactions(mongo, name, HOUR_MS)).toBe(0);
  expect(await endAbandonedTransactions(mongo, `${name}x`, 0)).toBe(0);
  await session.commitTransaction();
  expect(await documents().findOne()).toMatchObject({ by: 'the dead' });
});

function documents() {
  return mongo.db(name).collection<{ _id: string; by: string }>('documents');
}
