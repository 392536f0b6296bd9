import { randomUUID } from 'node:crypto';
import { LeaseHolder } from '@laurel/change-log';
import { Leases } from '@laurel/service';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { LeasedWork, type Work } from './leased-work.js';

let mongo: MongoClient;
const database = `leased_${randomUUID().slice(0, 8)}`;
const LEASE_MS = 2000;

beforeAll(async () => {
  mongo = await new MongoClient(inject('mongodbUri')).connect();
});

afterAll(async () => {
  await mongo.db(database).dropDatabase();
  await mongo.close();
});

/** Work that knows only whether it goes on. */
class Switch implements Work {
  on = false;
  start(): void {
    this.on = true;
  }
  stop(): Promise<void> {
    this.on = false;
    return Promise.resolve();
  }
}

function replica(name: string, owner: string): { work: Switch; leased: LeasedWork; lease: LeaseHolder } {
  const work = new Switch();
  const lease = new LeaseHolder({
    leases: new Leases(mongo.db(database), owner, LEASE_MS),
    name,
    logger: pino({ level: 'silent' }),
    renewEveryMs: LEASE_MS / 4,
  });
  return { work, lease, leased: new LeasedWork(lease, [work]) };
}

test('of two processes one works; the other does once the first has stopped', async () => {
  const first = replica('handed-over', 'a');
  const second = replica('handed-over', 'b');
  await first.leased.start();
  await second.leased.start();
  await expect.poll(() => first.work.on).toBe(true);
  expect(second.work.on).toBe(false);
  await first.leased.stop();
  expect(first.work.on).toBe(false);
  await expect.poll(() => second.work.on, { timeout: 10_000 }).toBe(true);
  await second.leased.stop();
  expect(second.work.on).toBe(false);
});

test('whoever loses the lease ends its work, and goes on when the lease comes back', async () => {
  const { work, leased } = replica('lost', 'a');
  await leased.start();
  await expect.poll(() => work.on).toBe(true);
  const leases = mongo.db(database).collection<{ _id: string; owner: string; expiresAt: Date }>('leases');
  const another = { owner: 'b', expiresAt: new Date(Date.now() + 3_600_000) };
  await leases.updateOne({ _id: 'lost' }, { $set: another });
  await expect.poll(() => work.on, { timeout: 10_000 }).toBe(false);
  await leases.updateOne({ _id: 'lost' }, { $set: { expiresAt: new Date(0) } });
  await expect.poll(() => work.on, { timeout: 10_000 }).toBe(true);
  await leased.stop();
});
