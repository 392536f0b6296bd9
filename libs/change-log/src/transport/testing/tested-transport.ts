import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { pino } from 'pino';
import { mendIdleQueueTimer } from '../kafkajs/idle-queue-timer.js';
import { KafkajsTransport } from '../kafkajs/kafkajs-transport.js';
import type { LogBatch, LogTransport, OutgoingMessage, TopicSpec } from '../log-transport.js';
import { PlatformaticTransport } from '../platformatic/platformatic-transport.js';

const silent = pino({ level: 'silent' });

/** An adapter as the conformance suite takes it: the port, and the deletion of messages, which is a broker's work. */
export interface TestedTransport extends LogTransport {
  deleteRecords(topic: string, partition: number, before: bigint): Promise<void>;
}

/** Every adapter of the port, by its setting. */
export const ADAPTERS: Readonly<Record<string, (brokers: string[]) => Promise<TestedTransport>>> = {
  kafkajs: brokers => KafkajsTransport.open(brokers, silent),
  platformatic: brokers => PlatformaticTransport.open(brokers, silent),
};

/** Generous: it is only waited out by a test that fails. */
export const DEADLINE = { timeout: 30_000, interval: 20 };

/** A topic of its own for a test. */
export async function newTopic(
  transport: LogTransport,
  partitions = 1,
  spec: Pick<TopicSpec, 'compacted'> = {},
): Promise<string> {
  const topic = `conformance-${randomUUID()}`;
  await transport.ensureTopics([{ topic, partitions, ...spec }]);
  return topic;
}

/** Messages `v0`, `v1`, … */
export function numbered(count: number, from = 0): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({ key: `k${from + index}`, value: `v${from + index}` }));
}

/** Changes settings of a topic, as an operator does. */
export async function configure(
  brokers: string[],
  topic: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  mendIdleQueueTimer();
  const admin = new Kafka({ clientId: 'conformance', brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
  await admin.disconnect();
}

/** What a consumer has seen, per partition, as `offset:value`. */
export class Seen {
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

/** The offsets and values of a partition, as `offset:value`. */
export async function contentOf(
  transport: LogTransport,
  topic: string,
  partition = 0,
  from?: bigint,
): Promise<string[]> {
  const seen = new Seen();
  await transport.readToEnd(topic, partition, batch => seen.take(batch), from);
  return seen.values.get(partition) ?? [];
}
