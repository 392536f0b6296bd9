import type { Logger } from 'pino';
import type { ConsumeOptions, Consumption, LogBatch, LogTransport, OutgoingMessage, TopicSpec } from '../log-transport.js';

/** The change log on Kafka by kafkajs. */
export abstract class KafkajsTransport implements LogTransport {
  static open(brokers: readonly string[], logger: Logger): Promise<LogTransport> {
    logger.debug({ brokers }, 'connecting');
    return Promise.reject(new Error('not available'));
  }
  abstract ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  abstract partitionCount(topic: string): Promise<number>;
  abstract send(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void>;
  abstract consume(options: ConsumeOptions): Promise<Consumption>;
  abstract readToEnd(topic: string, partition: number, onBatch: (batch: LogBatch) => Promise<void>, from?: bigint): Promise<void>;
  abstract offsets(topic: string): Promise<{ partition: number; earliest: bigint; end: bigint }[]>;
  abstract close(): Promise<void>;
}
