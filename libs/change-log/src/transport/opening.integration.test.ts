import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { SettingsError } from '@laurel/service';
import { describe, expect, inject, it, vi } from 'vitest';
import { ADAPTERS, DEADLINE, newTopic, numbered, Seen } from './testing/tested-transport.js';

/** A port where nothing listens. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

const handles = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length;

describe.each(Object.entries(ADAPTERS))('opening and closing by %s', (_, open) => {
  it('names the brokers when none answers', async () => {
    const address = await deadAddress();
    await expect(open([address])).rejects.toThrow(SettingsError);
    await expect(open([address])).rejects.toThrow(`KAFKA_BROKERS: no Kafka answers at ${address}`);
  });

  it('opens when one broker of those named is away', async () => {
    const transport = await open([await deadAddress(), ...inject('kafkaBrokers').split(',')]);
    const topic = await newTopic(transport);
    await transport.send(topic, 0, numbered(1));
    await transport.close();
  });

  it('leaves no connection open after closing, whatever was under way', async () => {
    const before = handles();
    const transport = await open(inject('kafkaBrokers').split(','));
    const topic = await newTopic(transport);
    await transport.send(topic, 0, numbered(3));
    const seen = new Seen();
    await transport.consume({
      group: `g-${randomUUID()}`,
      topics: [topic],
      positionOf: () => Promise.resolve(undefined),
      onBatch: batch => seen.take(batch),
      onHalt: error => expect.unreachable(error.message),
    });
    await vi.waitFor(() => expect(seen.count).toBe(3), DEADLINE);
    await transport.readToEnd(topic, 0, () => Promise.resolve());
    await transport.close();
    await expect.poll(handles, DEADLINE).toBeLessThanOrEqual(before);
  });
});
