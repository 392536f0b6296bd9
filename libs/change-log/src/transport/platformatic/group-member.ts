import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer } from '@platformatic/kafka';
import type { Logger } from 'pino';
import { clientOptions } from './client-options.js';
import { memberClientId, removeDeadMembers } from './dead-members.js';

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** Longer than a member needs to hear of a rebalance, by a heartbeat, and to finish its batches for it. */
const REBALANCE_TIMEOUT_MS = 12_000;
/** Longer than a rebalance, for which the broker lets a member wait. A coordinator that is only starting may never answer: so long it is waited for. */
const REQUEST_TIMEOUT_MS = 18_000;
const METADATA_AGE_MS = 300_000;
const RETRIES = 10;
/** A coordinator that does not answer is not waited for: the session ends by itself. */
const LEAVE_WITHIN_MS = 5_000;
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

  constructor(
    private readonly options: GroupMemberOptions,
    private readonly logger: Logger,
  ) {
    const { brokers, group, topics } = options;
    const consumer = new Consumer({
      ...clientOptions(brokers),
      clientId: memberClientId(),
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
    const { brokers, group } = this.options;
    removeDeadMembers(brokers, group).then(
      count => {
        if (count > 0)
          this.logger.info({ group, count }, 'members whose processes have ended were taken out of the group');
      },
      (err: unknown) => this.logger.debug({ err, group }, 'members that are gone could not be looked for'),
    );
    await this.consumer.joinGroup({});
  }

  /** Tells the group how far this member is. */
  async commit(offsets: readonly (TopicPartition & { offset: bigint })[]): Promise<void> {
    await this.consumer.commit({ offsets: offsets.map(offset => ({ ...offset, leaderEpoch: -1 })) });
  }

  /** Leaves the group; the others share its partitions at once. Where the brokers do not answer soon, they are left to find out. */
  async leave(): Promise<void> {
    await this.within(this.end());
    // Only a client that has left before it is closed ends for good: one that is closed while it joins would send heartbeats for ever.
    void this.end();
    await this.within(
      this.consumer.close(true).catch((err: unknown) => this.logger.debug({ err }, 'client not closed')),
    );
  }

  private async within(work: Promise<void>): Promise<void> {
    const enough = new AbortController();
    await Promise.race([work, sleep(LEAVE_WITHIN_MS, undefined, { signal: enough.signal }).catch(() => undefined)]);
    enough.abort();
  }

  private end(): Promise<void> {
    return new Promise(resolve => {
      this.consumer.leaveGroup(true, err => {
        if (err) this.logger.debug({ err }, 'group not left');
        resolve();
      });
    });
  }
}
