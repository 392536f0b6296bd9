import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { LogPositionLostError, LogTransport } from './log-transport.js';
import { ADAPTERS, DEADLINE, newTopic, numbered, type TestedTransport } from './testing/tested-transport.js';

/** Longer than it takes a member to hear that the group is shared out anew: two heartbeats. */
const BATCH_MS = 4_000;
const neverHalts = (error: LogPositionLostError) => expect.unreachable(error.message);

describe.each(Object.entries(ADAPTERS))('sharing partitions by %s', (_, open) => {
  let transport: TestedTransport;
  beforeAll(async () => {
    transport = await open(inject('kafkaBrokers').split(','));
  });
  afterAll(() => transport.close());

  it('shares partitions among members and hands them on, each beginning where the other ended', async () => {
    const topic = await newTopic(transport, 4);
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
    await vi.waitFor(() => expect(stored).toHaveLength(600), DEADLINE);
    expect(new Set(stored).size).toBe(600);
    await second.stop();
  });

  it('lets the batch under way end before another member asks for the position', async () => {
    const topic = await newTopic(transport, 2);
    for (const partition of [0, 1]) await transport.send(topic, partition, numbered(5));
    const group = `g-${randomUUID()}`;
    const positions = new Map<number, bigint>();
    const finish = Promise.withResolvers<undefined>();
    let begun = 0;
    const first = await transport.consume({
      group,
      topics: [topic],
      positionOf: (_topic, partition) => Promise.resolve(positions.get(partition)),
      onBatch: async ({ partition, messages }) => {
        begun++;
        await finish.promise;
        positions.set(partition, (messages.at(-1)?.offset ?? -1n) + 1n);
      },
      onHalt: neverHalts,
    });
    await vi.waitFor(() => expect(begun).toBe(2), DEADLINE);
    const asked: (bigint | undefined)[] = [];
    const other = await open(inject('kafkaBrokers').split(','));
    const joining = other.consume({
      group,
      topics: [topic],
      positionOf: (_topic, partition) => {
        asked.push(positions.get(partition));
        return Promise.resolve(positions.get(partition));
      },
      onBatch: () => Promise.resolve(),
      onHalt: neverHalts,
    });
    setTimeout(() => finish.resolve(undefined), BATCH_MS);
    await joining;
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0), DEADLINE);
    expect(new Set(asked)).toEqual(new Set([5n]));
    await first.stop();
    await other.close();
  });

  it('gives the partitions of a member that closed to the others', async () => {
    const topic = await newTopic(transport, 2);
    const group = `g-${randomUUID()}`;
    const seen = new Set<string>();
    const join = (member: LogTransport) =>
      member.consume({
        group,
        topics: [topic],
        positionOf: () => Promise.resolve(undefined),
        onBatch: ({ messages }) => Promise.resolve(messages.forEach(({ value }) => seen.add(value?.toString() ?? ''))),
        onHalt: neverHalts,
      });
    const other = await open(inject('kafkaBrokers').split(','));
    await join(other);
    const staying = await join(transport);
    await other.close();
    for (const partition of [0, 1]) await transport.send(topic, partition, numbered(5, partition * 5));
    await vi.waitFor(() => expect(seen.size).toBe(10), DEADLINE);
    await staying.stop();
  });
});

it('shares a group among members of different clients', async () => {
  const members = await Promise.all(Object.values(ADAPTERS).map(open => open(inject('kafkaBrokers').split(','))));
  const [writer] = members;
  if (!writer) throw new Error('no adapter');
  const topic = await newTopic(writer, 4);
  const group = `g-${randomUUID()}`;
  const byMember = members.map(() => new Set<number>());
  for (const [index, member] of members.entries()) {
    await member.consume({
      group,
      topics: [topic],
      positionOf: async (_topic, partition) => (await member.offsets(topic))[partition]?.end,
      onBatch: ({ partition }) => Promise.resolve(void byMember[index]?.add(partition)),
      onHalt: neverHalts,
    });
  }
  await vi.waitFor(async () => {
    for (const each of byMember) each.clear();
    for (let partition = 0; partition < 4; partition++) await writer.send(topic, partition, numbered(1));
    await vi.waitFor(() => expect(byMember.map(({ size }) => size)).toEqual(members.map(() => 2)), { timeout: 3000 });
  }, DEADLINE);
  await Promise.all(members.map(member => member.close()));
});
