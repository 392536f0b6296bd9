import { randomUUID } from 'node:crypto';
import { Admin, Consumer } from '@platformatic/kafka';
import { pino } from 'pino';
import { expect, inject, it, vi } from 'vitest';
import { DEADLINE, newTopic } from '../testing/tested-transport.js';
import { GroupMember } from './group-member.js';
import { PlatformaticTransport } from './platformatic-transport.js';

/** Longer than the test waits. */
const SESSION_MS = 120_000;

const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;

it('a member that leaves while it is joining leaves no timer that keeps its process alive', async () => {
  const brokers = inject('kafkaBrokers').split(',');
  const logger = pino({ level: 'silent' });
  const transport = await PlatformaticTransport.open(brokers, logger);
  const topic = await newTopic(transport);
  await transport.close();
  const group = `g-${randomUUID()}`;
  const admin = new Admin({ clientId: 'watch', bootstrapBrokers: brokers });
  const members = async () => (await admin.describeGroups({ groups: [group] })).get(group)?.members.size;
  const before = timers();
  const slow = new Consumer({
    clientId: 'slow',
    bootstrapBrokers: brokers,
    groupId: group,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: SESSION_MS,
    heartbeatInterval: SESSION_MS - 1,
    protocols: [{ name: 'RoundRobinAssigner', version: 1 }],
  });
  slow.topics.track(topic);
  await slow.joinGroup({});
  const asked = Promise.withResolvers<undefined>();
  const member = new GroupMember(
    {
      brokers,
      group,
      topics: [topic],
      onRebalance: () => {
        asked.resolve(undefined);
        return Promise.resolve();
      },
      onAssigned: () => undefined,
      onLost: error => expect.unreachable(error.message),
    },
    logger,
  );
  const joined = member.join();
  await asked.promise;
  await vi.waitFor(async () => expect(await members()).toBe(2), DEADLINE);
  const left = member.leave();
  await slow.close(true);
  await Promise.all([joined, left, admin.close()]);
  await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before), DEADLINE);
});
