import { randomUUID } from 'node:crypto';
import { tracingChannel } from 'node:diagnostics_channel';
import { pino } from 'pino';
import { expect, inject, it, vi } from 'vitest';
import { DEADLINE, newTopic } from '../testing/tested-transport.js';
import { GroupMember } from './group-member.js';
import { PlatformaticTransport } from './platformatic-transport.js';

const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;

it('a member that leaves while it is joining leaves no timer that keeps its process alive', async () => {
  const brokers = inject('kafkaBrokers').split(',');
  const logger = pino({ level: 'silent' });
  const transport = await PlatformaticTransport.open(brokers, logger);
  const topic = await newTopic(transport);
  await transport.close();
  const before = timers();
  const member = new GroupMember(
    {
      brokers,
      group: `g-${randomUUID()}`,
      topics: [topic],
      onRebalance: () => Promise.resolve(),
      onAssigned: () => undefined,
      onLost: error => expect.unreachable(error.message),
    },
    logger,
  );
  const joined = member.join();
  await asksForItsPartitions();
  await Promise.allSettled([member.leave(), joined]);
  await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before), DEADLINE);
});

/** Resolves when the client has asked for its share of the partitions and waits for the answer. */
function asksForItsPartitions(): Promise<void> {
  const channel = tracingChannel('plt:kafka:consumer:group');
  return new Promise(resolve => {
    const start = (context: unknown) => {
      if (typeof context !== 'object' || context === null || !('operation' in context)) return;
      if (context.operation !== 'syncGroup') return;
      channel.start.unsubscribe(start);
      setImmediate(resolve);
    };
    channel.start.subscribe(start);
  });
}
