import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, inject, it, vi } from 'vitest';
import type { ReceivedMessage } from '../log-transport.js';
import { DEADLINE, newTopic } from '../testing/tested-transport.js';
import { PlatformaticTransport } from './platformatic-transport.js';

const LENGTH = 100_000;
const MESSAGES = 20;

it('gives the memory of a batch back once it is processed, and no other', async () => {
  const transport = await PlatformaticTransport.open(inject('kafkaBrokers').split(','), pino({ level: 'silent' }));
  const topic = await newTopic(transport);
  const value = Buffer.alloc(LENGTH, 'x');
  for (let index = 0; index < MESSAGES; index++) await transport.send(topic, 0, [{ key: null, value }]);
  const processed: ReceivedMessage[] = [];
  const unread: string[] = [];
  await transport.consume({
    group: `g-${randomUUID()}`,
    topics: [topic],
    batchBytes: 3 * LENGTH,
    positionOf: () => Promise.resolve(undefined),
    onBatch: async ({ messages }) => {
      await new Promise(resolve => setImmediate(resolve));
      for (const message of messages) if (!message.value?.equals(value)) unread.push(`at ${message.offset}`);
      processed.push(...messages);
    },
    onHalt: error => expect.unreachable(error.message),
  });
  await vi.waitFor(() => expect(processed).toHaveLength(MESSAGES), DEADLINE);
  await transport.close();
  expect(unread).toEqual([]);
  expect(processed.map(({ record }) => record.bytes.length)).toEqual(Array(MESSAGES).fill(0));
});
