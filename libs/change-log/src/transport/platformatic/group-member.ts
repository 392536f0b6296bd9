import { Consumer } from '@platformatic/kafka';
import type { Logger } from 'pino';
import { clientOptions } from './client-options.js';

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 2_000;
const REBALANCE_TIMEOUT_MS = 30_000;
/** Longer than a rebalance, for which the broker lets a member wait. */
const REQUEST_TIMEOUT_MS = 60_000;
const METADATA_AGE_MS = 300_000;
const RETRIES = 10;
/** kafkajs' name for the same assignment, so that processes with either client can share a group. */
const ASSIGNMENT_PROTOCOL = { name: 'RoundRobinAssigner', version: 1 };

/** One partition that the group gave to this member. */
export interface TopicPartition {
  topic: string;
  partition: number;
}

export interface GroupMemberOptions {
  brokers: readonly string[];
  group: string;
  topics: readonly string[];
  /** Called before the group shares its partitions anew; the group waits until this resolves, for less than the session timeout. */
  onRebalance(): Promise<void>;
  /** Called with all partitions that are this member's from now on. */
  onAssigned(partitions: TopicPartition[]): void;
  /** The membership ended and does not come back by itself. */
  onLost(error: Error): void;
}

/** Membership in a consumer group: which partitions are this member's. It fetches nothing. */
export class GroupMember {
  private readonly consumer: Consumer;

  constructor(options: GroupMemberOptions, logger: Logger) {
    const { brokers, group, topics } = options;
    const consumer = new Consumer({
      ...clientOptions(brokers),
      groupId: group,
      retries: RETRIES,
      requestTimeout: REQUEST_TIMEOUT_MS,
      metadataMaxAge: METADATA_AGE_MS,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      protocols: [ASSIGNMENT_PROTOCOL],
      protocolsMetadata: async () => {
        await options.onRebalance();
        return Buffer.alloc(0);
      },
      autocommit: false,
    });
    for (const topic of topics) consumer.topics.track(topic);
    consumer.on('consumer:group:join', ({ assignments = [] }) =>
      options.onAssigned(
        assignments.flatMap(({ topic, partitions }) => partitions.map(partition => ({ topic, partition }))),
      ),
    );
    consumer.on('consumer:heartbeat:error', ({ error }) =>
      logger.debug({ err: error, group }, 'heartbeat not answered'),
    );
    consumer.on('consumer:heartbeat:stalled', ({ lastError }) =>
      options.onLost(lastError ?? new Error(`Group ${group}: no heartbeat was answered.`)),
    );
    consumer.on('error', error => options.onLost(error));
    this.consumer = consumer;
  }

  /** Resolves once the group has taken this member in. */
  async join(): Promise<void> {
    await this.consumer.joinGroup({});
  }

  /** Tells the group how far this member is. */
  async commit(offsets: readonly (TopicPartition & { offset: bigint })[]): Promise<void> {
    await this.consumer.commit({ offsets: offsets.map(offset => ({ ...offset, leaderEpoch: -1 })) });
  }

  /** Leaves the group; the others share its partitions at once. */
  async leave(): Promise<void> {
    await this.consumer.close(true);
  }
}
