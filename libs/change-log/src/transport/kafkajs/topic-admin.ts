import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { TopicSpec } from '../log-transport.js';
import { topicConfig } from '../topic-config.js';
import { TopicPartitionsError } from '../topic-partitions-error.js';

const ANNOUNCED_WITHIN_MS = 10_000;
const ANNOUNCED_POLL_MS = 50;

/** Creates topics and tells how far they reach. */
export class TopicAdmin {
  private readonly counts = new Map<string, number>();

  constructor(private readonly admin: Admin) {}

  async ensure(topics: readonly TopicSpec[]): Promise<void> {
    const existing = new Set(await this.admin.listTopics());
    const missing = topics.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) {
      // kafkajs' own wait gives up on a topic that the brokers do not know yet; `announcedCount` waits for it.
      await this.admin
        .createTopics({
          waitForLeaders: false,
          topics: missing.map(spec => ({
            topic: spec.topic,
            numPartitions: spec.partitions,
            configEntries: topicConfig(spec),
          })),
        })
        .catch(ignoreExisting);
    }
    for (const { topic, partitions } of topics) {
      const found = await this.announcedCount(topic);
      if (found !== partitions) throw new TopicPartitionsError(topic, partitions, found);
    }
  }

  async partitionCount(topic: string): Promise<number> {
    const known = this.counts.get(topic);
    if (known !== undefined) return known;
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
    const count = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    if (count > 0) this.counts.set(topic, count);
    return count;
  }

  /** The count of a topic that is there; brokers take a moment to tell of a new one and of its leaders. */
  private async announcedCount(topic: string): Promise<number> {
    const deadlineMs = performance.now() + ANNOUNCED_WITHIN_MS;
    for (;;) {
      const count = await this.partitionCount(topic).catch((error: unknown) => {
        if (!isNotAnnounced(error) || performance.now() > deadlineMs) throw error;
        return 0;
      });
      if (count > 0 || performance.now() > deadlineMs) return count;
      await sleep(ANNOUNCED_POLL_MS);
    }
  }

  /** How far each partition reaches. Just after a topic is made, kafkajs may hold half of its metadata and fail on that; it is asked again. */
  async offsets(topic: string): Promise<{ partition: number; earliest: bigint; end: bigint }[]> {
    const deadlineMs = performance.now() + ANNOUNCED_WITHIN_MS;
    for (;;) {
      const offsets = await this.admin.fetchTopicOffsets(topic).catch((error: unknown) => {
        if (performance.now() > deadlineMs) throw error;
        return [];
      });
      if (offsets.length > 0)
        return offsets
          .map(({ partition, low, high }) => ({ partition, earliest: BigInt(low), end: BigInt(high) }))
          .sort((a, b) => a.partition - b.partition);
      await sleep(ANNOUNCED_POLL_MS);
    }
  }
}

const NOT_ANNOUNCED: readonly unknown[] = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

function isNotAnnounced(error: unknown): boolean {
  return error instanceof Error && 'type' in error && NOT_ANNOUNCED.includes(error.type);
}

function ignoreExisting(error: unknown): void {
  const errors = error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error];
  if (!errors.every(each => each instanceof Error && 'type' in each && each.type === 'TOPIC_ALREADY_EXISTS'))
    throw error;
}
