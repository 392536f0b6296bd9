import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, findErrorBy, ListOffsetTimestamps } from '@platformatic/kafka';
import type { TopicSpec } from '../log-transport.js';
import { topicConfig } from '../topic-config.js';
import { TopicPartitionsError } from '../topic-partitions-error.js';
import { clientOptions } from './client-options.js';

const ANNOUNCED_WITHIN_MS = 10_000;
const ANNOUNCED_POLL_MS = 50;

/** First and next offset of a partition. */
export interface PartitionRange {
  partition: number;
  earliest: bigint;
  end: bigint;
}

/** Creates topics and tells how far they reach. */
export class TopicAdmin {
  private readonly admin: Admin;
  private readonly counts = new Map<string, number>();

  constructor(brokers: readonly string[]) {
    this.admin = new Admin(clientOptions(brokers));
  }

  /** Resolves when a broker answers. */
  async reach(): Promise<void> {
    await this.admin.metadata({ topics: [], forceUpdate: true, retries: 2 });
  }

  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    const known = await Promise.all(specs.map(({ topic }) => this.exists(topic)));
    const missing = specs.filter((_, index) => !known[index]);
    const alike = Map.groupBy(missing, ({ compacted }) => compacted ?? false);
    for (const [first, ...others] of alike.values()) {
      if (!first) continue;
      await untilAnnounced(() =>
        this.admin
          .createTopics({
            topics: [first, ...others].map(({ topic, partitions }) => ({ topic, partitions })),
            configs: topicConfig(first),
          })
          .then(() => undefined, ignoreExisting),
      );
    }
    for (const { topic, partitions } of specs) {
      const found = await untilAnnounced(() => this.partitionCount(topic));
      if (found !== partitions) throw new TopicPartitionsError(topic, partitions, found);
    }
  }

  async partitionCount(topic: string): Promise<number> {
    const known = this.counts.get(topic);
    if (known !== undefined) return known;
    const { topics } = await this.admin.metadata({ topics: [topic], forceUpdate: true });
    const count = topics.get(topic)?.partitionsCount ?? 0;
    if (count > 0) this.counts.set(topic, count);
    return count;
  }

  /** How far each partition reaches; a topic made just before may take the brokers a moment. */
  offsets(topic: string): Promise<PartitionRange[]> {
    return untilAnnounced(async () => {
      const indexes = [...Array(await this.partitionCount(topic)).keys()];
      const [earliest, end] = await Promise.all([
        this.listed(topic, indexes, ListOffsetTimestamps.EARLIEST),
        this.listed(topic, indexes, ListOffsetTimestamps.LATEST),
      ]);
      return indexes.map(partition => ({
        partition,
        earliest: listedOffset(earliest, topic, partition),
        end: listedOffset(end, topic, partition),
      }));
    });
  }

  /** How far one partition reaches. */
  async range(topic: string, partition: number): Promise<PartitionRange> {
    const range = (await this.offsets(topic)).find(candidate => candidate.partition === partition);
    if (!range) throw new RangeError(`${topic} has no partition ${partition}`);
    return range;
  }

  async deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    await this.admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset: before }] }] });
  }

  close(): Promise<void> {
    return this.admin.close();
  }

  private async exists(topic: string): Promise<boolean> {
    return this.admin.metadata({ topics: [topic], forceUpdate: true, retries: 0 }).then(
      ({ topics }) => topics.has(topic),
      () => false,
    );
  }

  private async listed(topic: string, partitions: readonly number[], timestamp: bigint): Promise<Map<number, bigint>> {
    const listed = await this.admin.listOffsets({
      topics: [{ name: topic, partitions: partitions.map(partitionIndex => ({ partitionIndex, timestamp })) }],
    });
    return new Map(
      listed.flatMap(({ partitions: found }) => found.map(({ partitionIndex, offset }) => [partitionIndex, offset])),
    );
  }
}

/** Asks again while the brokers do not know a topic yet, or are only just starting and refuse to make one. */
async function untilAnnounced<T>(ask: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + ANNOUNCED_WITHIN_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(ANNOUNCED_POLL_MS);
    }
  }
}

function listedOffset(offsets: ReadonlyMap<number, bigint>, topic: string, partition: number): bigint {
  const offset = offsets.get(partition);
  if (offset === undefined) throw new Error(`The brokers do not tell how far ${topic}[${partition}] reaches.`);
  return offset;
}

function ignoreExisting(error: Error): void {
  if (!findErrorBy(error, 'apiId', 'TOPIC_ALREADY_EXISTS')) throw error;
}
