import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { ANSWER_BYTES, BATCH_BYTES, type ConsumeOptions, HELD_BYTES, LogPositionLostError } from '../log-transport.js';
import { KafkajsMessage } from './kafkajs-message.js';
import type { TopicAdmin } from './topic-admin.js';

export interface GroupConsumerOptions extends ConsumeOptions {
  /** Leave all other partitions alone. */
  onlyPartition?: number;
}

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 2_000;
const FETCH_WAIT_MS = 25;
const COMMIT_EVERY_MS = 5_000;
const LONGEST_PAUSE_MS = 10_000;

/** What is known of one assigned partition. */
interface Assigned {
  topic: string;
  partition: number;
  /** The offset that must come next; undefined until the consumer's own position has been asked for. */
  expected: bigint | undefined;
  failures: number;
  halted: boolean;
}

/**
 * One member of a consumer group, that begins where the caller says and never where Kafka or kafkajs would have it: at every assignment all
 * partitions are paused, the caller's positions are asked for and checked against the log, and each batch must join on to the former.
 */
export class GroupConsumer {
  private consumer: Consumer | undefined;
  private assigned = new Map<string, Assigned>();
  private generation = 0;
  private stopped = false;
  private readonly timers = new Set<NodeJS.Timeout>();
  private lastCommitMs = Date.now();

  constructor(
    private readonly kafka: Kafka,
    private readonly topics: TopicAdmin,
    private readonly logger: Logger,
    private readonly options: GroupConsumerOptions,
  ) {}

  /** Resolves once the group has taken this member in. */
  async start(): Promise<void> {
    const { group, topics, batchBytes = BATCH_BYTES, heldBytes = HELD_BYTES } = this.options;
    const consumer = this.kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: 30_000,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: 1,
      maxBytesPerPartition: batchBytes,
      maxBytes: Math.min(ANSWER_BYTES, Math.floor(heldBytes / 2)),
      allowAutoTopicCreation: false,
      retry: { retries: 10, initialRetryTime: 50, maxRetryTime: 2000, restartOnFailure: () => Promise.resolve(true) },
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, event => this.onJoin(consumer, event));
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart || this.stopped) return;
      this.logger.error({ err: payload.error, group }, 'consumer ended; starting another');
      this.later(1000, () => this.restart(consumer));
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 8,
      eachBatch: payload => this.onBatch(payload),
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await this.commitHint(true);
    await this.consumer?.disconnect();
  }

  private async restart(former: Consumer): Promise<void> {
    await former.disconnect().catch(() => undefined);
    try {
      if (!this.stopped) await this.start();
    } catch (err) {
      this.logger.warn({ err, group: this.options.group }, 'consumer not started; trying again');
      const failed = this.consumer ?? former;
      this.later(2000, () => this.restart(failed));
    }
  }

  private onJoin(consumer: Consumer, { payload }: ConsumerGroupJoinEvent): void {
    const generation = ++this.generation;
    const assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition): Assigned => ({ topic, partition, expected: undefined, failures: 0, halted: false })),
    );
    this.assigned = new Map(assigned.map(each => [keyOf(each.topic, each.partition), each]));
    for (const { topic, partition } of assigned) consumer.pause([{ topic, partitions: [partition] }]);
    for (const each of assigned) void this.seek(consumer, each, generation);
  }

  private async seek(consumer: Consumer, assigned: Assigned, generation: number): Promise<void> {
    const { topic, partition } = assigned;
    const { onlyPartition } = this.options;
    if (onlyPartition !== undefined && partition !== onlyPartition) return;
    try {
      const position = await this.options.positionOf(topic, partition);
      const range = (await this.topics.offsets(topic)).find(candidate => candidate.partition === partition);
      if (generation !== this.generation || this.stopped) return;
      if (!range) throw new Error(`${topic} has no partition ${partition}`);
      const next = position ?? range.earliest;
      if (next < range.earliest || next > range.end) {
        this.halt(assigned, new LogPositionLostError(topic, partition, next, range.earliest, range.end));
        return;
      }
      assigned.expected = next;
      consumer.seek({ topic, partition, offset: next.toString() });
      consumer.resume([{ topic, partitions: [partition] }]);
    } catch (err) {
      if (generation !== this.generation || this.stopped) return;
      this.logger.warn({ err, topic, partition }, 'position not known yet; trying again');
      this.later(1000, () => this.seek(consumer, assigned, generation));
    }
  }

  private async onBatch({ batch, resolveOffset, heartbeat, pause }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const generation = this.generation;
    const assigned = this.assigned.get(keyOf(topic, partition));
    const first = batch.messages[0];
    const last = batch.messages.at(-1);
    if (!assigned || assigned.halted || assigned.expected === undefined || !first || !last || this.stopped) return;
    if (BigInt(first.offset) !== assigned.expected && !(await this.joinsOn(assigned, BigInt(first.offset)))) return;

    const beating = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      await this.options.onBatch({
        topic,
        partition,
        messages: batch.messages.map(message => new KafkajsMessage(message)),
        endOffset: BigInt(batch.highWatermark),
      });
      if (generation !== this.generation) return;
      resolveOffset(last.offset);
      assigned.expected = BigInt(last.offset) + 1n;
      assigned.failures = 0;
    } catch (err) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, 100 * 2 ** assigned.failures++);
      this.logger.warn({ err, topic, partition, pauseMs }, 'batch not processed; it comes again after a pause');
      const resume = pause();
      this.later(pauseMs, () => {
        if (generation === this.generation) resume();
      });
    } finally {
      clearInterval(beating);
    }
    await this.commitHint(false);
  }

  /** A jump forward is right where messages were compacted away; a jump over deleted ones, or back, means that kafkajs has reset the position. */
  private async joinsOn(assigned: Assigned, first: bigint): Promise<boolean> {
    const { topic, partition, expected = 0n } = assigned;
    const range = (await this.topics.offsets(topic)).find(candidate => candidate.partition === partition);
    if (range && first > expected && range.earliest <= expected) return true;
    this.halt(assigned, new LogPositionLostError(topic, partition, expected, range?.earliest ?? 0n, range?.end ?? 0n));
    return false;
  }

  private halt(assigned: Assigned, error: LogPositionLostError): void {
    assigned.halted = true;
    this.consumer?.pause([{ topic: assigned.topic, partitions: [assigned.partition] }]);
    this.options.onHalt(error);
  }

  /** Tells the group how far it is, for those who watch it from outside; nothing depends on it. */
  private async commitHint(force: boolean): Promise<void> {
    if (this.options.onlyPartition !== undefined || (!force && Date.now() - this.lastCommitMs < COMMIT_EVERY_MS))
      return;
    this.lastCommitMs = Date.now();
    const offsets = [...this.assigned.values()].flatMap(({ topic, partition, expected }) =>
      expected === undefined ? [] : [{ topic, partition, offset: expected.toString() }],
    );
    if (offsets.length > 0) await this.consumer?.commitOffsets(offsets).catch(() => undefined);
  }

  private later(ms: number, work: () => void | Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void work();
    }, ms);
    this.timers.add(timer);
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
