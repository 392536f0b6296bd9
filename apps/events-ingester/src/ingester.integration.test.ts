import { Sequence } from '@laurel/change-log';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { IngesterProcess } from './testing/ingester-process.js';
import { currentState, TestShop } from './testing/test-shop.js';

describe('capture and load', () => {
  let shop: TestShop;
  const processes: IngesterProcess[] = [];
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
  /** Streaming, read to the end, everything stored. */
  const settle = async (ingester: IngesterProcess) => {
    const wroteAt = Date.now();
    await shop.db.collection('products').replaceOne({ _id: { $eq: 'marker' } as never }, { name: 'marker', price: 1, wroteAt }, { upsert: true });
    return ingester.until(report => report.state === 'streaming' && report.lagMs === 0 && report.lag === 0 && (report.position ?? 0) >= wroteAt - 1000);
  };

  it('brings snapshot and stream to the warehouse, each change once', async () => {
    await shop.insertOrders(12_000);
    const ingester = start();
    await ingester.until(report => report.state === 'streaming');
    await shop.watch();
    let state = 7;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    for (let index = 0; index < 500; index++) await shop.write(13_000, random);
    await settle(ingester);
    await ingester.stop();
    const rows = await shop.orderRows();
    expect(rows.filter(({ op }) => op === 'r')).toHaveLength(12_000);
    const streamed = rows.filter(({ op }) => op !== 'r').map(({ event_id }) => event_id);
    expect(new Set(streamed)).toEqual(new Set(shop.events.filter(token => streamed.includes(Sequence.ofStream(1, token))).map(token => Sequence.ofStream(1, token))));
    expect(streamed.length).toBeGreaterThan(400);
    expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(rows.length);
    expect(currentState(rows)).toEqual(await shop.sourceState());
  });
});
