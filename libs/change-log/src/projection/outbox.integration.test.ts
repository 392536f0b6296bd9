import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { Outbox, type OutboxEntry } from './outbox.js';

const logger = pino({ level: 'silent' });
const deadline = { timeout: 20_000, interval: 20 };

describe('Outbox', () => {
  let mongo: MongoClient;
  const database = `outbox-${randomUUID().slice(0, 8)}`;
  beforeAll(async () => {
    mongo = await new MongoClient(inject('mongodbUri')).connect();
  });
  afterAll(async () => {
    await mongo.db(database).dropDatabase();
    await mongo.close();
  });
  beforeEach(() => mongo.db(database).dropDatabase());

  const open = (batchSize = 100) =>
    new Outbox({ name: 'news', db: mongo.db(database), logger, instanceId: randomUUID(), batchSize });
  const commit = async (outbox: Outbox, entries: Iterable<string | OutboxEntry>) => {
    await mongo.withSession(session => session.withTransaction(() => outbox.add(session, entries)));
    outbox.notify();
  };

  it('publishes what was committed, in order, and nothing that was not', async () => {
    const outbox = open();
    const published: OutboxEntry[] = [];
    await outbox.start(entries => Promise.resolve(void published.push(...entries)));
    await commit(outbox, ['a', { key: 'b', payload: { n: 1 } }]);
    await mongo
      .withSession(session =>
        session.withTransaction(async () => {
          await outbox.add(session, ['never']);
          throw new Error('aborted');
        }),
      )
      .catch(() => undefined);
    await commit(outbox, ['c']);
    await vi.waitFor(
      () => expect(published).toEqual([{ key: 'a' }, { key: 'b', payload: { n: 1 } }, { key: 'c' }]),
      deadline,
    );
    await vi.waitFor(async () => expect(await outbox.pending()).toBe(0), deadline);
    await outbox.stop();
  });

  it('hands over the newest of equal keys, and the same entries again after a failure', async () => {
    const outbox = open();
    await commit(
      outbox,
      Array.from({ length: 10 }, (_, index) => ({ key: `k${index % 2}`, payload: index })),
    );
    const attempts: (readonly OutboxEntry[])[] = [];
    await outbox.start(entries => {
      attempts.push(entries);
      return attempts.length < 3 ? Promise.reject(new Error('no broker')) : Promise.resolve();
    });
    await vi.waitFor(async () => expect(await outbox.pending()).toBe(0), deadline);
    const expected = [
      { key: 'k0', payload: 8 },
      { key: 'k1', payload: 9 },
    ];
    expect(attempts).toEqual([expected, expected, expected]);
    await outbox.stop();
  });

  it('is published by one process at a time; another takes over', async () => {
    const [first, second] = [open(2), open(2)];
    const by: string[] = [];
    await first.start(entries => Promise.resolve(void by.push(...entries.map(({ key }) => `first ${key}`))));
    await second.start(entries => Promise.resolve(void by.push(...entries.map(({ key }) => `second ${key}`))));
    await commit(second, ['a', 'b', 'c']);
    await vi.waitFor(() => expect(by).toEqual(['first a', 'first b', 'first c']), deadline);
    await first.stop();
    await commit(first, ['d']);
    await vi.waitFor(() => expect(by.at(-1)).toBe('second d'), deadline);
    await second.stop();
  });
});
