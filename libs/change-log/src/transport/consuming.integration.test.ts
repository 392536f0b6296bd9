import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { LogPositionLostError, OutgoingMessage } from './log-transport.js';
import { ADAPTERS, DEADLINE, newTopic, numbered, Seen, type TestedTransport } from './testing/tested-transport.js';

const fromTheBeginning = () => Promise.resolve(undefined);
/** More than are worked on at once. */
const MANY_PARTITIONS = 16;
/** So many wait in each partition, and each that is worked on is replaced by another: none ever has enough. */
const BATCHES_AHEAD = 12;
/** For as long as batches take, the next ones of all partitions are fetched. */
const WORK_MS = 10;
/** In so many rounds of all, also the least favoured has its turn. */
const ROUNDS = 10;
const neverHalts = (error: LogPositionLostError) => expect.unreachable(error.message);

describe.each(Object.entries(ADAPTERS))('consuming by %s', (_, open) => {
  let transport: TestedTransport;
  beforeAll(async () => {
    transport = await open(inject('kafkaBrokers').split(','));
  });
  afterAll(() => transport.close());

  it("begins at the caller's position, whatever the group says", async () => {
    const topic = await newTopic(transport);
    await transport.send(topic, 0, numbered(10));
    const group = `g-${randomUUID()}`;
    for (const position of [undefined, 4n, 10n, 2n]) {
      const seen = new Seen();
      const consumption = await transport.consume({
        group,
        topics: [topic],
        positionOf: () => Promise.resolve(position),
        onBatch: batch => seen.take(batch),
        onHalt: neverHalts,
      });
      await transport.send(topic, 0, [{ key: 'last', value: 'last' }]);
      const [{ end } = { end: 0n }] = await transport.offsets(topic);
      await vi.waitFor(() => expect(seen.values.get(0)).toContain(`${end - 1n}:last`), DEADLINE);
      await consumption.stop();
      expect(seen.values.get(0)?.map(each => BigInt(each.split(':', 1)[0] ?? ''))).toEqual(
        Array.from({ length: Number(end - (position ?? 0n)) }, (_, index) => (position ?? 0n) + BigInt(index)),
      );
    }
  });

  it('gives a batch again that was rejected, while other partitions go on', async () => {
    const topic = await newTopic(transport, 2);
    await transport.send(topic, 0, numbered(5));
    await transport.send(topic, 1, numbered(5));
    const seen = new Seen();
    let failures = 0;
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      positionOf: fromTheBeginning,
      onBatch: batch =>
        batch.partition === 0 && failures++ < 3 ? Promise.reject(new Error('not now')) : seen.take(batch),
      onHalt: neverHalts,
    });
    await vi.waitFor(() => expect(seen.count).toBe(10), DEADLINE);
    expect(failures).toBeGreaterThanOrEqual(4);
    expect(seen.values.get(0)).toEqual(['0:v0', '1:v1', '2:v2', '3:v3', '4:v4']);
    await consumption.stop();
  });

  it('gives of every partition where one would fill each answer', async () => {
    const topic = await newTopic(transport, 2);
    const message = { key: null, value: 'x'.repeat(2000) };
    for (const partition of [0, 1]) await transport.send(topic, partition, Array<OutgoingMessage>(100).fill(message));
    for (let index = 0; index < 20; index++) await transport.send(topic, 0, [message]);
    let ofTheOther = 0;
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      batchBytes: 1000,
      heldBytes: 1000,
      positionOf: fromTheBeginning,
      onBatch: async ({ partition, messages }) => {
        if (partition === 0) await transport.send(topic, 0, [message]);
        else ofTheOther += messages.length;
      },
      onHalt: neverHalts,
    });
    await vi.waitFor(() => expect(ofTheOther).toBe(100), DEADLINE);
    await consumption.stop();
  });

  it('gives one batch of a partition at a time, also while sends go on', async () => {
    const topic = await newTopic(transport, 2);
    const seen = new Seen();
    const busy = new Set<number>();
    let overlaps = 0;
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      positionOf: fromTheBeginning,
      onBatch: async batch => {
        if (busy.has(batch.partition)) overlaps++;
        busy.add(batch.partition);
        await new Promise(resolve => setImmediate(resolve));
        await seen.take(batch);
        busy.delete(batch.partition);
      },
      onHalt: neverHalts,
    });
    const send = async (from: number, to: number) => {
      for (let index = from; index < to; index++) await transport.send(topic, index % 2, numbered(10, index * 10));
    };
    await send(0, 20);
    await vi.waitFor(() => expect(seen.count).toBeGreaterThan(0), DEADLINE);
    await send(20, 100);
    await vi.waitFor(() => expect(seen.count).toBe(1000), DEADLINE);
    expect(overlaps).toBe(0);
    expect(seen.batches).toBeGreaterThan(2);
    await consumption.stop();
  });

  it('lets every partition have its turn, however much others have', async () => {
    const topic = await newTopic(transport, MANY_PARTITIONS);
    for (let partition = 0; partition < MANY_PARTITIONS; partition++)
      for (let batch = 0; batch < BATCHES_AHEAD; batch++) await transport.send(topic, partition, numbered(1, batch));
    const turns: number[] = [];
    let allBegan = 0;
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      batchBytes: 1,
      positionOf: fromTheBeginning,
      onBatch: async ({ partition }) => {
        turns.push(partition);
        if (new Set(turns).size < MANY_PARTITIONS) allBegan = turns.length;
        await Promise.all([transport.send(topic, partition, numbered(1)), sleep(WORK_MS)]);
      },
      onHalt: neverHalts,
    });
    await vi.waitFor(() => expect(turns.length - allBegan).toBeGreaterThan(ROUNDS * MANY_PARTITIONS), DEADLINE);
    await consumption.stop();
    expect(new Set(turns.slice(allBegan + 1)).size).toBe(MANY_PARTITIONS);
  });

  it.each([
    ['beyond the end', 11n],
    ['before what is kept', 2n],
  ])('halts instead of resetting quietly when the position is %s', async (_name, position) => {
    const topic = await newTopic(transport);
    await transport.send(topic, 0, numbered(10));
    await transport.deleteRecords(topic, 0, 5n);
    const seen = new Seen();
    const halted = vi.fn<(error: LogPositionLostError) => void>();
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      positionOf: () => Promise.resolve(position),
      onBatch: batch => seen.take(batch),
      onHalt: halted,
    });
    await vi.waitFor(() => expect(halted).toHaveBeenCalledOnce(), DEADLINE);
    expect(halted.mock.calls[0]?.[0]).toMatchObject({
      name: 'LogPositionLostError',
      expected: position,
      earliest: 5n,
      end: 10n,
    });
    expect(seen.count).toBe(0);
    await consumption.stop();
  });

  it('halts when messages are deleted under a consumer that waits', async () => {
    const topic = await newTopic(transport);
    await transport.send(topic, 0, numbered(10));
    const halted = vi.fn<(error: LogPositionLostError) => void>();
    let attempts = 0;
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      positionOf: fromTheBeginning,
      onBatch: async () => {
        if (attempts++ === 0) await transport.deleteRecords(topic, 0, 8n);
        throw new Error('the warehouse is away');
      },
      onHalt: halted,
    });
    await vi.waitFor(() => expect(halted).toHaveBeenCalledOnce(), DEADLINE);
    expect(halted.mock.calls[0]?.[0]).toMatchObject({ expected: 0n, earliest: 8n, end: 10n });
    expect(attempts).toBe(1);
    await consumption.stop();
  });

  it('waits with stopping for the batch under way, and gives no further one', async () => {
    const topic = await newTopic(transport);
    await transport.send(topic, 0, numbered(10));
    const finish = Promise.withResolvers<undefined>();
    let begun = 0;
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      positionOf: fromTheBeginning,
      onBatch: async () => {
        begun++;
        await finish.promise;
      },
      onHalt: neverHalts,
    });
    await vi.waitFor(() => expect(begun).toBe(1), DEADLINE);
    await transport.send(topic, 0, numbered(10, 10));
    let stopped = false;
    const stopping = consumption.stop().then(() => (stopped = true));
    await transport.offsets(topic);
    expect(stopped).toBe(false);
    finish.resolve(undefined);
    await stopping;
    await transport.send(topic, 0, numbered(10, 20));
    await transport.offsets(topic);
    expect(begun).toBe(1);
  });

  it('carries a message of 20 MB, with its neighbours', async () => {
    const topic = await newTopic(transport);
    const sizes = [10, 20_000_000, 20];
    await transport.send(
      topic,
      0,
      sizes.map(size => ({ key: 'k', value: 'x'.repeat(size) })),
    );
    const read: number[] = [];
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      positionOf: fromTheBeginning,
      onBatch: ({ messages }) => Promise.resolve(void read.push(...messages.map(({ value }) => value?.length ?? 0))),
      onHalt: neverHalts,
    });
    await vi.waitFor(() => expect(read).toEqual(sizes), DEADLINE);
    await consumption.stop();
  });

  it('holds little in memory while batches are slow', async () => {
    const topic = await newTopic(transport, 4);
    const value = Buffer.alloc(1_000_000, 'x');
    for (let index = 0; index < 120; index++) await transport.send(topic, index % 4, [{ key: null, value }]);
    const finish = Promise.withResolvers<undefined>();
    let count = 0;
    let begun = 0;
    const before = process.memoryUsage().arrayBuffers;
    const consumption = await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      positionOf: fromTheBeginning,
      onBatch: async ({ messages }) => {
        begun++;
        await finish.promise;
        count += messages.length;
      },
      onHalt: neverHalts,
    });
    await vi.waitFor(() => expect(begun).toBeGreaterThan(0), DEADLINE);
    let most = 0;
    for (let polls = 0; polls < 100; polls++) {
      await transport.offsets(topic);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(most).toBeLessThan(70_000_000);
    finish.resolve(undefined);
    await vi.waitFor(() => expect(count).toBe(120), DEADLINE);
    await consumption.stop();
  });
});
