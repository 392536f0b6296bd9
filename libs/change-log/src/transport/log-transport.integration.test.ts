import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { KafkajsTransport } from './kafkajs/kafkajs-transport.js';
import { type LogBatch, type LogPositionLostError, type LogTransport } from './log-transport.js';
import { PlatformaticTransport } from './platformatic/platformatic-transport.js';
import { TopicPartitionsError } from './topic-partitions-error.js';

const silent = pino({ level: 'silent' });
/** What a test needs besides the port: deletion of messages, which is a broker's work. */
interface TestedTransport extends LogTransport {
  deleteRecords(topic: string, partition: number, before: bigint): Promise<void>;
}

const adapters = {
  kafkajs: (brokers: string[]): Promise<TestedTransport> => KafkajsTransport.open(brokers, silent),
  platformatic: (brokers: string[]): Promise<TestedTransport> => PlatformaticTransport.open(brokers, silent),
};

/** What a consumer has seen, per partition, as `offset:value`. */
class Seen {
  readonly values = new Map<number, string[]>();
  batches = 0;

  take({ partition, messages }: LogBatch): Promise<void> {
    this.batches++;
    const list = this.values.get(partition) ?? [];
    for (const { offset, value } of messages) list.push(`${offset}:${value?.toString()}`);
    this.values.set(partition, list);
    return Promise.resolve();
  }

  get count(): number {
    return [...this.values.values()].reduce((sum, list) => sum + list.length, 0);
  }
}

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${from + index}`, value: `v${from + index}` }));
const deadline = { timeout: 30_000, interval: 20 };

describe.each(Object.entries(adapters))('LogTransport on %s', (_, open) => {
  let transport: TestedTransport;
  const warnings: string[] = [];
  const onWarning = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`);
  beforeAll(async () => {
    process.on('warning', onWarning);
    transport = await open(inject('kafkaBrokers').split(','));
  });
  afterAll(async () => {
    await transport.close();
    process.off('warning', onWarning);
  });

  const newTopic = async (partitions = 1): Promise<string> => {
    const topic = `conformance-${randomUUID()}`;
    await transport.ensureTopics([{ topic, partitions }]);
    return topic;
  };
  const fromTheBeginning = () => Promise.resolve(undefined);
  const neverHalts = (error: LogPositionLostError) => expect.unreachable(error.message);

  it('creates topics once and refuses another number of partitions', async () => {
    const topic = await newTopic(3);
    await transport.ensureTopics([{ topic, partitions: 3 }]);
    expect(await transport.partitionCount(topic)).toBe(3);
    await expect(transport.ensureTopics([{ topic, partitions: 4 }])).rejects.toThrow(TopicPartitionsError);
  });

  it('carries keys, values, tombstones and headers', async () => {
    const topic = await newTopic();
    await transport.send(topic, 0, [
      { key: 'schlüssel', value: Buffer.from([0, 255]), headers: { 'x-seq': '1', ce_id: 'ü' } },
      { key: 'schlüssel', value: null },
    ]);
    const batches: LogBatch[] = [];
    await transport.readToEnd(topic, 0, batch => Promise.resolve(void batches.push(batch)));
    const messages = batches.flatMap(batch => batch.messages);
    expect(
      messages.map(({ offset, key, value, headers }) => ({ offset, key: key?.toString(), value, headers })),
    ).toEqual([
      { offset: 0n, key: 'schlüssel', value: Buffer.from([0, 255]), headers: { 'x-seq': '1', ce_id: 'ü' } },
      { offset: 1n, key: 'schlüssel', value: null, headers: {} },
    ]);
    expect(batches[0]?.endOffset).toBe(2n);
  });

  it('keeps the order of overlapping sends to a partition', async () => {
    const topic = await newTopic();
    await Promise.all(Array.from({ length: 50 }, (_, index) => transport.send(topic, 0, numbered(20, index * 20))));
    const seen = new Seen();
    await transport.readToEnd(topic, 0, batch => seen.take(batch));
    expect(seen.values.get(0)).toEqual(numbered(1000).map(({ value }, offset) => `${offset}:${value}`));
  });

  it('splits what is larger than a broker takes at once, and carries a message of many megabytes', async () => {
    const topic = await newTopic();
    const large = 'x'.repeat(200_000);
    await transport.send(topic, 0, [
      ...Array.from({ length: 12 }, () => ({ key: 'k', value: large })),
      { key: 'k', value: 'y'.repeat(20_000_000) },
    ]);
    const lengths: number[] = [];
    await transport.readToEnd(topic, 0, batch =>
      Promise.resolve(batch.messages.forEach(({ value }) => lengths.push(value?.length ?? 0))),
    );
    expect(lengths).toEqual([...Array<number>(12).fill(200_000), 20_000_000]);
  });

  it('reads from an offset to the end as it was', async () => {
    const topic = await newTopic();
    await transport.send(topic, 0, numbered(10));
    const seen = new Seen();
    await transport.readToEnd(topic, 0, batch => seen.take(batch), 7n);
    expect(seen.values.get(0)).toEqual(['7:v7', '8:v8', '9:v9']);
    expect(await transport.offsets(topic)).toEqual([{ partition: 0, earliest: 0n, end: 10n }]);
  });

  it("begins at the caller's position, whatever the group says", async () => {
    const topic = await newTopic();
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
      await vi.waitFor(() => expect(seen.values.get(0)).toContain(`${end - 1n}:last`), deadline);
      await consumption.stop();
      expect(seen.values.get(0)?.map(each => BigInt(each.split(':', 1)[0] ?? ''))).toEqual(
        Array.from({ length: Number(end - (position ?? 0n)) }, (_, index) => (position ?? 0n) + BigInt(index)),
      );
    }
  });

  it('gives a batch again that was rejected, while other partitions go on', async () => {
    const topic = await newTopic(2);
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
    await vi.waitFor(() => expect(seen.count).toBe(10), deadline);
    expect(failures).toBeGreaterThanOrEqual(4);
    expect(seen.values.get(0)).toEqual(['0:v0', '1:v1', '2:v2', '3:v3', '4:v4']);
    await consumption.stop();
  });

  it('gives one batch of a partition at a time, also while sends go on', async () => {
    const topic = await newTopic(2);
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
    for (let index = 0; index < 100; index++) await transport.send(topic, index % 2, numbered(10, index * 10));
    await vi.waitFor(() => expect(seen.count).toBe(1000), deadline);
    expect(overlaps).toBe(0);
    expect(seen.batches).toBeGreaterThan(2);
    await consumption.stop();
  });

  it.each([
    ['beyond the end', 11n],
    ['before what is kept', 2n],
  ])('halts instead of resetting quietly when the position is %s', async (_name, position) => {
    const topic = await newTopic();
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
    await vi.waitFor(() => expect(halted).toHaveBeenCalledOnce(), deadline);
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
    const topic = await newTopic();
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
    await vi.waitFor(() => expect(halted).toHaveBeenCalledOnce(), deadline);
    expect(halted.mock.calls[0]?.[0]).toMatchObject({ expected: 0n, earliest: 8n, end: 10n });
    expect(attempts).toBe(1);
    await consumption.stop();
  });

  it('shares partitions among members and hands them on, each beginning where the other ended', async () => {
    const topic = await newTopic(4);
    const group = `g-${randomUUID()}`;
    const positions = new Map<number, bigint>();
    const stored: string[] = [];
    const join = () =>
      transport.consume({
        group,
        topics: [topic],
        positionOf: (_topic, partition) => Promise.resolve(positions.get(partition)),
        onBatch: ({ partition, messages }) => {
          for (const { offset, value } of messages) {
            if (offset < (positions.get(partition) ?? 0n)) continue;
            stored.push(`${partition}/${value?.toString()}`);
            positions.set(partition, offset + 1n);
          }
          return Promise.resolve();
        },
        onHalt: neverHalts,
      });
    const first = await join();
    for (let index = 0; index < 40; index++) await transport.send(topic, index % 4, numbered(5, index * 5));
    const second = await join();
    for (let index = 40; index < 80; index++) await transport.send(topic, index % 4, numbered(5, index * 5));
    await first.stop();
    for (let index = 80; index < 120; index++) await transport.send(topic, index % 4, numbered(5, index * 5));
    await vi.waitFor(() => expect(stored).toHaveLength(600), deadline);
    expect(new Set(stored).size).toBe(600);
    await second.stop();
  });

  it('prints no warning', () => {
    expect(warnings).toEqual([]);
  });
});
