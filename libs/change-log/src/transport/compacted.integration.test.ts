import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import {
  ADAPTERS,
  configure,
  contentOf,
  DEADLINE,
  newTopic,
  Seen,
  type TestedTransport,
} from './testing/tested-transport.js';

const KEYS = 5;
const ROUNDS = 20;

/** Each key is written again and again, and the broker keeps the last of each: most offsets are gone, those of whole batches among them. */
describe('a compacted topic', () => {
  let topic: string;
  let transports: [string, TestedTransport][];
  let kept: string[];

  beforeAll(async () => {
    const brokers = inject('kafkaBrokers').split(',');
    transports = await Promise.all(
      Object.entries(ADAPTERS).map(async ([name, open]): Promise<[string, TestedTransport]> => [
        name,
        await open(brokers),
      ]),
    );
    const writer = transports[0]?.[1];
    if (!writer) throw new Error('no adapter');
    topic = await newTopic(writer, 1, { compacted: true });
    await configure(brokers, topic, {
      'cleanup.policy': 'compact',
      'segment.ms': '50',
      'min.cleanable.dirty.ratio': '0.001',
      'max.compaction.lag.ms': '50',
    });
    for (let round = 0; round < ROUNDS; round++) {
      const messages = Array.from({ length: KEYS }, (_, key) => ({ key: `k${key}`, value: `${round}` }));
      await writer.send(topic, 0, messages);
    }
    await vi.waitFor(
      async () => {
        await writer.send(topic, 0, [{ key: 'last', value: 'last' }]);
        kept = await contentOf(writer, topic);
        expect(kept.filter(each => each.endsWith(':0'))).toEqual([]);
      },
      { timeout: 90_000, interval: 500 },
    );
  }, 120_000);
  afterAll(() => Promise.all(transports.map(([, transport]) => transport.close())));

  it('is read over its gaps by every adapter, to the end and in a group', async () => {
    for (const [name, transport] of transports) {
      const [{ end } = { end: 0n }] = await transport.offsets(topic);
      const seen = new Seen();
      const consumption = await transport.consume({
        group: `g-${randomUUID()}`,
        topics: [topic],
        positionOf: () => Promise.resolve(1n),
        onBatch: batch => seen.take(batch),
        onHalt: error => expect.unreachable(error.message),
      });
      await vi.waitFor(() => expect(seen.values.get(0)?.at(-1), name).toBe(`${end - 1n}:last`), DEADLINE);
      await consumption.stop();
      const content = await contentOf(transport, topic, 0, 1n);
      for (const read of [content, seen.values.get(0) ?? []]) {
        for (let key = 0; key < KEYS; key++) expect(read, name).toContain(`${(ROUNDS - 1) * KEYS + key}:${ROUNDS - 1}`);
      }
      expect(content.length, name).toBeLessThan(Number(end));
    }
  });
});
