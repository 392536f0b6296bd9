import { randomBytes, randomUUID } from 'node:crypto';
import { SecretBox } from '@laurel/service';
import { type Db, MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { RecipientLedger } from './recipient-ledger.js';

let client: MongoClient;
let db: Db;

beforeAll(async () => {
  client = await MongoClient.connect(inject('mongodbUri'));
  db = client.db(`ledger_${randomUUID().slice(0, 8)}`);
});
afterAll(async () => {
  await db.dropDatabase();
  await client.close();
});

it('is sealed anew with another key, more than fit into one batch, so that the key before is needed no more', async () => {
  const [old, young] = [randomBytes(32), randomBytes(32)].map(key => key.toString('base64'));
  const ledgerOf = (keys: string) => new RecipientLedger(db, SecretBox.from(keys));
  const told = Array.from({ length: 1001 }, (_, n) => ({
    customerId: `c${String(n).padStart(4, '0')}`,
    fingerprint: 'f',
    identifiers: [`c${n}@example.com`],
  }));
  await ledgerOf(`${old}`).add('audience/csv', 1, told);
  await ledgerOf(`${young},${old}`).add('audience/csv', 2, [{ customerId: 'x', fingerprint: 'f', identifiers: ['x'] }]);
  await ledgerOf(`${young},${old}`).sealAnew();
  const found: unknown[] = [];
  for await (const recipient of ledgerOf(`${young}`).toldUpTo('audience/csv', 1)) found.push(recipient);
  expect(found).toEqual(told);
});
