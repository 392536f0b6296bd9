import { DeadLetters, openTransport, type LogTransport } from '@laurel/change-log';
import { readSettings } from '@laurel/service';
import { BSON } from 'mongodb';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { IngesterProcess } from './testing/ingester-process.js';
import { currentState, type OrderRow, TestShop } from './testing/test-shop.js';

describe('capture and load', () => {
  let shop: TestShop;
  let transport: LogTransport;
  const processes: IngesterProcess[] = [];
  beforeAll(async () => {
    const settings = readSettings({ KAFKA_BROKERS: inject('kafkaBrokers') });
    transport = await openTransport(settings, pino({ level: 'silent' }));
  });
  afterAll(() => transport.close());
  beforeEach(async () => {
    shop = await TestShop.create({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
  });
  afterEach(async () => {
    for (const each of processes.splice(0)) await each.kill();
    await shop.remove();
  });

  const start = () => {
    const ingester = new IngesterProcess(shop.environment);
    processes.push(ingester);
    return ingester;
  };
  const streaming = (ingester: IngesterProcess) => ingester.until(({ state }) => state === 'streaming');
  /** Everything written so far is stored, and the process has ended. */
  const finish = async (ingester: IngesterProcess): Promise<OrderRow[]> => {
    const last = await shop.settledAfterWrite();
    await ingester.until(
      ({ state, position, lagMs, lag }) => state === 'streaming' && (position ?? 0) >= last && lagMs === 0 && lag === 0,
    );
    await ingester.stop();
    return shop.orderRows();
  };
  const expectNoDoubles = (rows: readonly OrderRow[]) =>
    expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(rows.length);
  const streamed = (rows: readonly OrderRow[]) => new Set(rows.filter(({ op }) => op !== 'r').map(({ seq }) => seq));

  it('bring snapshot and stream to the warehouse, each change once', async () => {
    await shop.insertOrders(12_000);
    const ingester = start();
    await streaming(ingester);
    await shop.watch();
    await shop.writeMany(500, 13_000);
    await shop.recorded();
    const rows = await finish(ingester);
    expect(rows.filter(({ op }) => op === 'r')).toHaveLength(12_000);
    expect(streamed(rows)).toEqual(shop.orderSequences(1));
    expectNoDoubles(rows);
    expect(currentState(rows)).toEqual(await shop.sourceState());
  });

  it(
    'lose and double nothing when killed at random points while writes go on, in the snapshot too',
    { timeout: 240_000 },
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const random = shop.seed(seed);
      await shop.insertOrders(15_000);
      await shop.watch();
      let writing = true;
      const writer = (async () => {
        while (writing) await shop.writeMany(20, 17_000);
      })();
      const kills: string[] = [];
      for (let round = 0; round < 4; round++) {
        const ingester = start();
        // The first rounds end within the snapshot, the others somewhere in the stream.
        const target = round < 2 ? 6000 * (round + 1) * random() : 0;
        await ingester.until(({ state, changesSent }) => (round < 2 ? changesSent > target : state === 'streaming'));
        await new Promise(resolve => setTimeout(resolve, 300 * random()));
        kills.push(`${ingester.report?.state} ${ingester.report?.changesSent}`);
        await ingester.kill();
      }
      writing = false;
      await writer;
      await shop.recorded();
      const rows = await finish(start());
      const context = `seed ${seed}, killed at ${kills.join(', ')}`;
      expectNoDoubles(rows);
      const began = rows.find(({ op }) => op !== 'r')?.seq ?? '';
      const expected = [...shop.orderSequences(1)].filter(seq => seq >= began);
      expect(streamed(rows), context).toEqual(new Set(expected));
      expect(expected.length, context).toBeGreaterThan(100);
      expect(currentState(rows), context).toEqual(await shop.sourceState());
    },
  );

  it('write one dead letter for a malformed document, store all the others, and take a replayed one once', async () => {
    await shop.insertOrders(250);
    await shop.db.collection<{ _id: string }>('orders').insertOne({ _id: 'poison' });
    await shop.insertOrders(249, 'q');
    const ingester = start();
    await streaming(ingester);
    await shop.db.collection<{ _id: string }>('orders').insertOne({ _id: 'poison2' });
    await shop.writeMany(5, 10);
    const deadLetters = new DeadLetters(transport, shop.topics);
    const rows = await finish(ingester);
    expect(rows.filter(({ op }) => op === 'r')).toHaveLength(499);
    const letters = await deadLetters.list();
    expect(letters.map(({ key }) => JSON.parse(String(key)))).toEqual([{ id: '"poison"' }, { id: '"poison2"' }]);
    expect(letters[0]).toMatchObject({ topic: shop.topics.changes('orders'), error: { name: 'MalformedChangeError' } });
    expect(letters[0]?.error.message).toContain('customerId');
    expect(await deadLetters.count()).toEqual({ total: 2, open: 2 });

    // Mended meanwhile, the first letter's message is of use; the second is not, and comes back.
    const [first, second] = letters;
    if (!first || !second) throw new Error('two letters were expected');
    const mended = JSON.stringify({
      op: 'r',
      after: BSON.EJSON.stringify(shop.order('poison'), { relaxed: false }),
      source: { ts_ms: 1 },
    });
    await deadLetters.replay({ ...first, value: Buffer.from(mended) });
    await deadLetters.replay({ ...first, value: Buffer.from(mended) });
    await deadLetters.replay(second);
    const again = await finish(start());
    expectNoDoubles(again);
    expect(again).toHaveLength(rows.length + 1);
    expect(again.filter(({ key }) => key === 'poison')).toHaveLength(1);
    expect(await deadLetters.count()).toEqual({ total: 3, open: 1 });
  });

  it('go on over a drop, a rename, a collection added later and a dropped database; what is gone is deleted', async () => {
    const ingester = start();
    await streaming(ingester);
    await shop.insertOrders(50);
    await shop.orders.drop();
    await shop.insertOrders(20, 'again');
    await shop.orders.rename('old_orders');
    await shop.insertOrders(10, 'new');
    let rows = await finish(ingester);
    expect(currentState(rows)).toEqual(await shop.sourceState());
    expect(rows.filter(({ op }) => op === 'c')).toHaveLength(80);
    expect(rows.filter(({ op }) => op === 'd')).toHaveLength(70);

    const second = start();
    await streaming(second);
    await shop.db.dropDatabase();
    await shop.insertOrders(5, 'last');
    rows = await finish(second);
    expectNoDoubles(rows);
    expect([...currentState(rows).keys()]).toEqual(['last0', 'last1', 'last2', 'last3', 'last4']);
  });

  it('read everything anew, and delete what is gone, when MongoDB no longer knows the token', async () => {
    await shop.insertOrders(300);
    let ingester = start();
    await streaming(ingester);
    await finish(ingester);
    await shop.watch();
    await shop.orders.deleteMany({ _id: { $regex: '^o1' } });
    await shop.recorded();
    await shop.forgetHistory(transport);
    await shop.writeMany(20, 300);
    ingester = start();
    await ingester.until(({ state, epoch }) => state === 'streaming' && epoch === 2);
    const rows = await finish(ingester);
    expectNoDoubles(rows);
    expect(currentState(rows)).toEqual(await shop.sourceState());
  });

  it('hand over from one process to the next, which stands by meanwhile', async () => {
    await shop.insertOrders(100);
    const first = start();
    await streaming(first);
    const second = new IngesterProcess({ ...shop.environment, DUCKDB_PATH: `${shop.folder}/second.duckdb` });
    processes.push(second);
    await second.until(({ state }) => state === 'standby');
    const { writer } = first.report ?? {};
    await first.kill();
    const took = await second.until(({ state }) => state === 'streaming');
    expect(took.writer).toBeGreaterThan(writer ?? 0);
    await second.stop();
  });

  it('deliver an event that is too large for MongoDB to deliver, and the next one too', async () => {
    const ingester = start();
    await streaming(ingester);
    await shop.insertOrders(1);
    await shop.recordedImages();
    const large = 'x'.repeat(9 * 1024 * 1024);
    await shop.db
      .collection<{ _id: string; note: string }>('orders')
      .updateOne({ _id: 'o0' }, { $set: { note: large } });
    await shop.db
      .collection<{ _id: string; note: string }>('orders')
      .updateOne({ _id: 'o0' }, { $set: { note: `${large}y` } });
    await shop.insertOrders(2, 'next');
    const rows = await finish(ingester);
    expect(rows.map(({ op, key }) => `${op} ${key}`)).toEqual(['c o0', 'u o0', 'u o0', 'c next0', 'c next1']);
  });
});
