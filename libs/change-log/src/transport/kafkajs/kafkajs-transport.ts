import { SettingsError } from '@laurel/service';
import { randomUUID } from 'node:crypto';
import { type Admin, Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import type {
  ConsumeOptions,
  Consumption,
  LogBatch,
  LogTransport,
  OutgoingMessage,
  TopicSpec,
} from '../log-transport.js';
import { Consumptions } from '../consumptions.js';
import { PartitionSender } from '../partition-sender.js';
import { GroupConsumer } from './group-consumer.js';
import { mendIdleQueueTimer } from './idle-queue-timer.js';
import { kafkajsLog } from './kafkajs-log.js';
import { TopicAdmin } from './topic-admin.js';

/** The change log on Kafka by kafkajs 2.2.4, kept to the part of it that loses nothing. */
export class KafkajsTransport implements LogTransport {
  private readonly sender: PartitionSender;
  private readonly topics: TopicAdmin;
  private readonly consumptions = new Consumptions();

  private constructor(
    private readonly kafka: Kafka,
    private readonly admin: Admin,
    private readonly producer: Producer,
    private readonly logger: Logger,
  ) {
    this.sender = new PartitionSender(async (topic, partition, messages) => {
      await producer.send({
        topic,
        acks: -1,
        messages: messages.map(({ key, value, headers }) => ({ key, value, partition, ...(headers && { headers }) })),
      });
    });
    this.topics = new TopicAdmin(admin);
  }

  /** @throws SettingsError when no broker answers. */
  static async open(brokers: readonly string[], logger: Logger): Promise<KafkajsTransport> {
    mendIdleQueueTimer();
    const kafka = new Kafka({
      clientId: 'laurel',
      brokers: [...brokers],
      connectionTimeout: 3000,
      logCreator: kafkajsLog(logger),
      retry: { retries: 10, initialRetryTime: 50, maxRetryTime: 2000 },
    });
    await reachable(brokers, logger);
    const admin = kafka.admin();
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await admin.connect();
    await producer.connect();
    return new KafkajsTransport(kafka, admin, producer, logger);
  }

  ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    return this.topics.ensure(topics);
  }

  partitionCount(topic: string): Promise<number> {
    return this.topics.partitionCount(topic);
  }

  send(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    return this.sender.send(topic, partition, messages);
  }

  consume(options: ConsumeOptions): Promise<Consumption> {
    return this.consumptions.start(new GroupConsumer(this.kafka, this.topics, this.logger, options));
  }

  async readToEnd(
    topic: string,
    partition: number,
    onBatch: (batch: LogBatch) => Promise<void>,
    from?: bigint,
  ): Promise<void> {
    const range = (await this.offsets(topic)).find(candidate => candidate.partition === partition);
    if (!range || range.end <= (from ?? range.earliest)) return;
    let finish: (error?: Error) => void = () => undefined;
    const finished = new Promise<void>((resolve, reject) => {
      finish = error => (error ? reject(error) : resolve());
    });
    const consumer = new GroupConsumer(this.kafka, this.topics, this.logger, {
      group: `laurel-read-${randomUUID()}`,
      topics: [topic],
      onlyPartition: partition,
      positionOf: () => Promise.resolve(from),
      onBatch: async batch => {
        const messages = batch.messages.filter(message => message.offset < range.end);
        if (messages.length > 0) await onBatch({ ...batch, messages }).catch((error: Error) => finish(error));
        if ((batch.messages.at(-1)?.offset ?? 0n) >= range.end - 1n) finish();
      },
      onHalt: finish,
    });
    try {
      await consumer.start();
      await finished;
    } finally {
      await consumer.stop();
    }
  }

  offsets(topic: string): Promise<{ partition: number; earliest: bigint; end: bigint }[]> {
    return this.topics.offsets(topic);
  }

  /** Deletes the messages of a partition below `before`, as a topic's retention does. */
  async deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: before.toString() }] });
  }

  async close(): Promise<void> {
    await this.consumptions.stop();
    await this.producer.disconnect();
    await this.admin.disconnect();
  }
}

async function reachable(brokers: readonly string[], logger: Logger): Promise<void> {
  const probe = new Kafka({
    clientId: 'laurel',
    brokers: [...brokers],
    connectionTimeout: 2000,
    logCreator: kafkajsLog(logger),
    retry: { retries: 2 },
  });
  const admin = probe.admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError([
      `KAFKA_BROKERS: no Kafka answers at ${brokers.join(',')} (${reason}). Start it, or name another`,
    ]);
  } finally {
    await admin.disconnect();
  }
}
