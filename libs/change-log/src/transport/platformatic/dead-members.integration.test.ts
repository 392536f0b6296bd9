import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Consumer } from '@platformatic/kafka';
import { pino } from 'pino';
import { describe, expect, inject, it, vi } from 'vitest';
import { DEADLINE, newTopic, numbered, Seen } from '../testing/tested-transport.js';
import { memberClientId, removeDeadMembers } from './dead-members.js';
import { PlatformaticTransport } from './platformatic-transport.js';

/** Longer than any test waits. */
const SESSION_MS = 120_000;

describe.runIf(process.platform === 'linux')('members of a group whose processes have ended', () => {
  const brokers = inject('kafkaBrokers').split(',');

  /** A member that the brokers count as present for two minutes, whatever it does. */
  async function memberOf(group: string, topic: string, clientId: string): Promise<Consumer> {
    const consumer = new Consumer({
      clientId,
      bootstrapBrokers: brokers,
      groupId: group,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: SESSION_MS,
      heartbeatInterval: SESSION_MS - 1,
      protocols: [{ name: 'RoundRobinAssigner', version: 1 }],
    });
    consumer.topics.track(topic);
    await consumer.joinGroup({});
    return consumer;
  }

  it('are not waited for: their partitions are another member’s at once', async () => {
    const transport = await PlatformaticTransport.open(brokers, pino({ level: 'silent' }));
    const topic = await newTopic(transport, 2);
    for (const partition of [0, 1]) await transport.send(topic, partition, numbered(3));
    const group = `g-${randomUUID()}`;
    const ended = spawn('true');
    await once(ended, 'exit');
    const dead = await memberOf(group, topic, memberClientId().replace(/-\d+-/, `-${ended.pid}-`));
    const seen = new Seen();
    await transport.consume({
      group,
      topics: [topic],
      positionOf: () => Promise.resolve(undefined),
      onBatch: batch => seen.take(batch),
      onHalt: error => expect.unreachable(error.message),
    });
    await vi.waitFor(() => expect(seen.count).toBe(6), DEADLINE);
    await transport.close();
    await dead.close(true);
  });

  it('are told from those that live, here or elsewhere', async () => {
    const transport = await PlatformaticTransport.open(brokers, pino({ level: 'silent' }));
    const topic = await newTopic(transport);
    for (const clientId of [memberClientId(), 'laurel-0123456789abcdef-999999-1', 'another']) {
      const group = `g-${randomUUID()}`;
      const member = await memberOf(group, topic, clientId);
      expect(await removeDeadMembers(brokers, group)).toBe(0);
      await member.close(true);
    }
    expect(await removeDeadMembers(brokers, `g-${randomUUID()}`)).toBe(0);
    await transport.close();
  });
});
