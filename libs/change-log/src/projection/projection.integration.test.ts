import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { KafkajsTransport } from '../transport/kafkajs/kafkajs-transport.js';
import type { LogTransport } from '../transport/log-transport.js';
import { Projection, type ProjectionOptions } from './projection.js';

const logger = pino({ level: 'silent' });
const deadline = { timeout: 30_000, interval: 20 };

interface Sum {
  _id: string;
  sum: number;
  count: number;
}

describe('Projection', () => {
  let mongo: MongoClient;
  let transport: LogTransport;
  let topics: string[];
  let group: string;
  const database = `projection-${randomUUID().slice(0, 8)}`;
  const sums = () => mongo.db(database).collection<Sum>('sums');

  beforeAll(async () => {
    mongo = await new MongoClient(inject('mongodbUri')).connect();
    transport = await KafkajsTransport.open(inject('kafkaBrokers').split(','), logger);
  });
  afterAll(async () => {
    await mongo.db(database).dropDatabase();
    await mongo.close();
    await transport.close();
  });
  beforeEach(async () => {
    await mongo.db(database).dropDatabase();
    await mongo.db(database).createCollection('sums');
    group = `g-${randomUUID()}`;
    topics = [`a-${randomUUID()}`, `b-${randomUUID()}`];
    await transport.ensureTopics(topics.map(topic => ({ topic, partitions: 2 })));
  });

  const adding = (more: Partial<ProjectionOptions<{ key: string; amount: number }>> = {}) =>
    new Projection<{ key: string; amount: number }>({
      name: 'sums',
      transport,
      mongo,
      db: mongo.db(database),
      logger,
      group,
      topics,
      decode: (_topic, { key, value }) => (value ? { key: String(key), amount: Number(value) } : undefined),
      apply: async (items, session) => {
        for (const { key, amount } of items) {
          await sums().updateOne({ _id: key }, { $inc: { sum: amount, count: 1 } }, { upsert: true, session });
        }
      },
      ...more,
    });
  const send = async (count: number) => {
    for (let index = 0; index < count; index++) {
      await transport.send(topics[index % 2] ?? '', (index >> 1) % 2, [{ key: `k${index % 3}`, value: String(index) }]);
    }
  };
  const total = async () =>
    (await sums().find().toArray()).reduce(
      (all, { sum, count }) => ({ sum: all.sum + sum, count: all.count + count }),
      { sum: 0, count: 0 },
    );

  it('applies each message once over stops and starts, and knows when it has caught up', async () => {
    await send(40);
    const first = adding();
    await first.start();
    await first.caughtUp();
    expect(await total()).toEqual({ sum: 780, count: 40 });
    expect(first.lag()).toBe(0);
    expect(first.readiness()).toBeUndefined();
    await first.stop();

    await transport.send(topics[0] ?? '', 0, [{ key: 'k0', value: '1000' }]);
    const second = adding();
    await second.start();
    await second.caughtUp();
    expect(await total()).toEqual({ sum: 1780, count: 41 });
    await second.stop();
  });

  it('loses and doubles nothing while members come and go in the middle of batches', async () => {
    const members: Projection<{ key: string; amount: number }>[] = [];
    for (let round = 0; round < 4; round++) {
      const member = adding();
      await member.start();
      members.push(member);
      await send(40);
      if (members.length > 2) await members.shift()?.stop();
    }
    await vi.waitFor(async () => expect((await total()).count).toBe(160), deadline);
    expect(await total()).toEqual({ sum: 4 * 780, count: 160 });
    for (const member of members) await member.stop();
  });

  it('applies again what an aborted transaction took back', async () => {
    let attempts = 0;
    const committed: number[] = [];
    const projection = adding({
      apply: async (items, session) => {
        for (const { key, amount } of items) {
          await sums().updateOne({ _id: key }, { $inc: { sum: amount, count: 1 } }, { upsert: true, session });
        }
        if (attempts++ < 2) throw new Error('no');
      },
      committed: items => void committed.push(...items.map(({ amount }) => amount)),
    });
    await send(4);
    await projection.start();
    await projection.caughtUp();
    expect(await total()).toEqual({ sum: 6, count: 4 });
    await vi.waitFor(() => expect(committed.toSorted()).toEqual([0, 1, 2, 3]), deadline);
    expect(projection.readiness()).toBeUndefined();
    await projection.stop();
  });

  it('says why it is not ready while it cannot apply', async () => {
    const projection = adding({ apply: () => Promise.reject(new Error('disk full')) });
    await send(1);
    await projection.start();
    await vi.waitFor(() => expect(projection.readiness()).toContain('disk full'), deadline);
    expect(projection.lag()).toBe(1);
    await projection.stop();
  });
});
