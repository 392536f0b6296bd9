import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LogBatch } from './log-transport.js';
import { RecordMessage } from '../record-format/record-message.js';
import {
  ADAPTERS,
  configure,
  contentOf,
  newTopic,
  numbered,
  Seen,
  type TestedTransport,
} from './testing/tested-transport.js';
import { TopicPartitionsError } from './topic-partitions-error.js';

describe.each(Object.entries(ADAPTERS))('writing and reading by %s', (_, open) => {
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

  it('creates topics once and refuses another number of partitions', async () => {
    const topic = await newTopic(transport, 3);
    await transport.ensureTopics([{ topic, partitions: 3 }]);
    expect(await transport.partitionCount(topic)).toBe(3);
    await expect(transport.ensureTopics([{ topic, partitions: 4 }])).rejects.toThrow(TopicPartitionsError);
  });

  it('writes to a topic made just before, and tells how far each partition reaches', async () => {
    const topic = await newTopic(transport, 6);
    await Promise.all(
      Array.from({ length: 6 }, (_, partition) => transport.send(topic, partition, numbered(partition))),
    );
    await transport.deleteRecords(topic, 5, 3n);
    expect(await transport.offsets(topic)).toEqual(
      Array.from({ length: 6 }, (_, partition) => ({
        partition,
        earliest: partition === 5 ? 3n : 0n,
        end: BigInt(partition),
      })),
    );
  });

  it('carries keys, values, tombstones and headers', async () => {
    const topic = await newTopic(transport);
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
    expect(messages.map(message => [message.header('x-seq'), message.header('ce_id'), message.header('ce_')])).toEqual([
      ['1', 'ü', undefined],
      [undefined, undefined, undefined],
    ]);
    expect(
      messages.map(({ offset, record: { bytes, from, to } }) => new RecordMessage(offset, 0, bytes, from, to)),
    ).toMatchObject(messages.map(({ key, value, headers }) => ({ key, value, headers })));
    expect(batches[0]?.endOffset).toBe(2n);
  });

  it('keeps the order of overlapping sends to a partition', async () => {
    const topic = await newTopic(transport);
    await Promise.all(Array.from({ length: 50 }, (_, index) => transport.send(topic, 0, numbered(20, index * 20))));
    const seen = new Seen();
    await transport.readToEnd(topic, 0, batch => seen.take(batch));
    expect(seen.values.get(0)).toEqual(numbered(1000).map(({ value }, offset) => `${offset}:${value}`));
  });

  it('splits what is larger than a broker takes at once, and carries a message of many megabytes', async () => {
    const topic = await newTopic(transport);
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

  it('rejects what the broker refuses, sends nothing after it, and goes on with the next', async () => {
    const topic = await newTopic(transport);
    await configure(inject('kafkaBrokers').split(','), topic, { 'max.message.bytes': '500000' });
    const parts = ['a'.repeat(450_000), 'b'.repeat(890_000), 'c'.repeat(450_000)];
    const first = transport.send(
      topic,
      0,
      parts.map(value => ({ key: 'k', value })),
    );
    const second = transport.send(topic, 0, [{ key: 'k', value: 'next' }]);
    await expect(first).rejects.toThrow();
    await second;
    const content = await contentOf(transport, topic);
    expect(content.map(each => each.slice(0, 6))).toEqual(['0:aaaa', '1:next']);
  });

  it('reads from an offset to the end as it was', async () => {
    const topic = await newTopic(transport);
    await transport.send(topic, 0, numbered(10));
    const seen = new Seen();
    await transport.readToEnd(topic, 0, batch => seen.take(batch), 7n);
    expect(seen.values.get(0)).toEqual(['7:v7', '8:v8', '9:v9']);
    expect(await transport.offsets(topic)).toEqual([{ partition: 0, earliest: 0n, end: 10n }]);
  });

  it('reads nothing to the end of what is empty, and does not begin elsewhere when the offset is gone', async () => {
    const topic = await newTopic(transport);
    expect(await contentOf(transport, topic)).toEqual([]);
    await transport.send(topic, 0, numbered(10));
    await transport.deleteRecords(topic, 0, 5n);
    expect(await contentOf(transport, topic)).toEqual(['5:v5', '6:v6', '7:v7', '8:v8', '9:v9']);
    await expect(contentOf(transport, topic, 0, 2n)).rejects.toMatchObject({
      name: 'LogPositionLostError',
      expected: 2n,
      earliest: 5n,
      end: 10n,
    });
  });

  it('stops reading to the end when a batch is rejected', async () => {
    const topic = await newTopic(transport);
    await transport.send(topic, 0, numbered(10));
    await expect(transport.readToEnd(topic, 0, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('prints no warning', () => {
    expect(warnings).toEqual([]);
  });
});
