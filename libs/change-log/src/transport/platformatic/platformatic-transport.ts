import { SettingsError } from '@laurel/service';
import type { Logger } from 'pino';
import {
  type ConsumeOptions,
  type Consumption,
  type LogBatch,
  LogPositionLostError,
  type LogTransport,
  type OutgoingMessage,
  type TopicSpec,
} from '../log-transport.js';
import { Consumptions } from '../consumptions.js';
import { PartitionSender } from '../partition-sender.js';
import { GroupConsumer } from './group-consumer.js';
import { PartitionFetcher } from './partition-fetcher.js';
import { PartitionWriter } from './partition-writer.js';
import { type PartitionRange, TopicAdmin } from './topic-admin.js';

const FETCH_WAIT_MS = 500;

/**
 * The change log on Kafka by @platformatic/kafka: its connections, metadata, admin requests and group membership. Records are written and read
 * here, without its streams, which hold more in memory than they are asked for and begin elsewhere when a position is lost.
 */
export class PlatformaticTransport implements LogTransport {
  private readonly sender: PartitionSender;
  private readonly consumptions = new Consumptions();

  private constructor(
    private readonly brokers: readonly string[],
    private readonly topics: TopicAdmin,
    private readonly writer: PartitionWriter,
    private readonly logger: Logger,
  ) {
    this.sender = new PartitionSender((topic, partition, messages) => writer.write(topic, partition, messages));
  }

  /** @throws SettingsError when no broker answers. */
  static async open(brokers: readonly string[], logger: Logger): Promise<PlatformaticTransport> {
    const topics = new TopicAdmin(brokers);
    try {
      await topics.reach();
    } catch (error) {
      await topics.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw new SettingsError([
        `KAFKA_BROKERS: no Kafka answers at ${brokers.join(',')} (${reason}). Start it, or name another`,
      ]);
    }
    return new PlatformaticTransport(brokers, topics, new PartitionWriter(brokers), logger);
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
    return this.consumptions.start(new GroupConsumer(this.brokers, this.topics, this.logger, options));
  }

  async readToEnd(
    topic: string,
    partition: number,
    onBatch: (batch: LogBatch) => Promise<void>,
    from?: bigint,
  ): Promise<void> {
    const { earliest, end } = await this.topics.range(topic, partition);
    const fetcher = new PartitionFetcher(this.brokers);
    try {
      let offset = from ?? earliest;
      while (offset < end) {
        const [leading] = await fetcher.byLeader([{ topic, partition }]);
        if (!leading) break;
        const [fetched] = await fetcher.fetch(leading.leader, [{ topic, partition, offset }], FETCH_WAIT_MS);
        if (!fetched || fetched.outcome === 'away') continue;
        if (fetched.outcome === 'lost') throw new LogPositionLostError(topic, partition, offset, earliest, end);
        const messages = fetched.messages.filter(message => message.offset < end);
        if (messages.length > 0) await onBatch({ topic, partition, messages, endOffset: fetched.endOffset });
        if (fetched.next === offset && fetched.endOffset >= end) break;
        offset = fetched.next;
      }
    } finally {
      await fetcher.close();
    }
  }

  offsets(topic: string): Promise<PartitionRange[]> {
    return this.topics.offsets(topic);
  }

  /** Deletes the messages of a partition below `before`, as a topic's retention does. */
  deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    return this.topics.deleteRecords(topic, partition, before);
  }

  async close(): Promise<void> {
    await this.consumptions.stop();
    await this.writer.close();
    await this.topics.close();
  }
}
