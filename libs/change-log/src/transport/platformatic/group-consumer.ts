import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type ConsumeOptions, HELD_BYTES, LogPositionLostError } from '../log-transport.js';
import { AssignedPartition } from './assigned-partition.js';
import { GroupMember, type TopicPartition } from './group-member.js';
import { type Fetched, PartitionFetcher } from './partition-fetcher.js';
import type { Leader } from './partition-leaders.js';
import type { TopicAdmin } from './topic-admin.js';

/** An answer waits so long for messages when it asks for all partitions, and this shortly when others will soon want more. */
const IDLE_WAIT_MS = 500;
const BUSY_WAIT_MS = 25;
const MOST_BATCHES_AT_ONCE = 8;
const COMMIT_EVERY_MS = 5_000;
const COMMIT_WITHIN_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
const RETRY_MS = 1_000;
const FIRST_FETCH_RETRY_MS = 100;
/** Less than the session timeout: no heartbeat goes out while the group waits for this member. */
const FINISH_WITHIN_MS = 7_000;
/** Sharing partitions out takes seconds; when it takes longer, somebody should know. */
const TELL_AFTER_MS = 20_000;

/**
 * One member of a consumer group. The group says which partitions are its own; where to begin is the caller's to say, at every assignment, and an
 * offset that the log does not hold is an error, never a reason to begin elsewhere.
 */
export class GroupConsumer {
  private member: GroupMember | undefined;
  private readonly fetcher: PartitionFetcher;
  private assigned = new Map<string, AssignedPartition>();
  private readonly asking = new Set<number>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private fetchFailures = 0;
  private bytesHeld = 0;
  private lookingUp = false;
  private sharingOut = false;
  private stopped = false;
  private lastCommitMs = Date.now();

  constructor(
    private readonly brokers: readonly string[],
    private readonly topics: TopicAdmin,
    private readonly logger: Logger,
    private readonly options: ConsumeOptions,
  ) {
    this.fetcher = new PartitionFetcher(brokers, options.batchBytes, options.heldBytes);
  }

  /** Resolves once the group has taken this member in. */
  async start(): Promise<void> {
    try {
      await this.join();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.running.values());
    await this.commitHint(true);
    await this.member?.leave();
    await this.fetcher.close();
  }

  private async join(): Promise<void> {
    const { group, topics } = this.options;
    const member: GroupMember = new GroupMember(
      {
        brokers: this.brokers,
        group,
        topics,
        onRebalance: () => this.finish(FINISH_WITHIN_MS),
        onAssigned: partitions => {
          if (member === this.member) this.onAssigned(partitions);
        },
        onLost: err => {
          if (member !== this.member || this.stopped) return;
          this.logger.warn({ err, group }, 'membership lost; joining again');
          this.member = undefined;
          this.later(RETRY_MS, () => this.restart(member));
        },
      },
      this.logger,
    );
    this.member = member;
    await member.join();
  }

  private async restart(former: GroupMember): Promise<void> {
    await former.leave();
    if (this.stopped) return;
    try {
      await this.join();
    } catch (err) {
      this.logger.warn({ err, group: this.options.group }, 'group not joined; trying again');
      const failed = this.member ?? former;
      this.member = undefined;
      this.later(2 * RETRY_MS, () => this.restart(failed));
    }
  }

  /** Begins no batch any more until partitions are assigned anew, and waits for those under way. */
  private async finish(withinMs: number): Promise<void> {
    this.sharingOut = true;
    const sharing = this.assigned;
    this.later(TELL_AFTER_MS, () => {
      if (this.sharingOut && sharing === this.assigned)
        this.logger.warn({ group: this.options.group }, 'the group still shares its partitions out; nothing is read');
    });
    if (this.running.size === 0) return;
    const enough = new AbortController();
    await Promise.race([
      Promise.all(this.running.values()),
      sleep(withinMs, undefined, { signal: enough.signal }).catch(() => undefined),
    ]);
    enough.abort();
  }

  private onAssigned(partitions: readonly TopicPartition[]): void {
    for (const { ahead } of this.assigned.values()) this.bytesHeld -= ahead?.bytes ?? 0;
    this.sharingOut = false;
    this.assigned = new Map(
      partitions.map(({ topic, partition }) => {
        const assigned = new AssignedPartition(topic, partition);
        return [assigned.key, assigned];
      }),
    );
    for (const assigned of this.assigned.values()) void this.begin(assigned);
  }

  private async begin(assigned: AssignedPartition): Promise<void> {
    const { topic, partition } = assigned;
    try {
      await this.running.get(assigned.key);
      const position = await this.options.positionOf(topic, partition);
      const offset = position ?? (await this.topics.range(topic, partition)).earliest;
      if (!this.isCurrent(assigned)) return;
      assigned.readFrom(offset);
      this.goOn();
    } catch (err) {
      if (!this.isCurrent(assigned)) return;
      this.logger.warn({ err, topic, partition }, 'position not known yet; trying again');
      this.later(RETRY_MS, () => this.begin(assigned));
    }
  }

  /** Starts what can be started: batches that were fetched, and a request to each leader that is not asked already. */
  private goOn(): void {
    if (this.stopped || this.sharingOut) return;
    for (const assigned of [...this.assigned.values()]) {
      const { ahead, key } = assigned;
      if (ahead && !this.running.has(key) && this.running.size < MOST_BATCHES_AT_ONCE) this.run(assigned, ahead);
    }
    if (this.bytesHeld < (this.options.heldBytes ?? HELD_BYTES)) void this.ask();
  }

  /** Its partition goes to the end of the queue: one that always has more keeps no other waiting. */
  private run(assigned: AssignedPartition, batch: Fetched): void {
    const { key } = assigned;
    assigned.ahead = undefined;
    this.assigned.delete(key);
    this.assigned.set(key, assigned);
    this.running.set(
      key,
      this.process(assigned, batch).finally(() => {
        this.running.delete(key);
        this.goOn();
      }),
    );
  }

  private async ask(): Promise<void> {
    if (this.lookingUp) return;
    this.lookingUp = true;
    const { assigned } = this;
    try {
      const byLeader = await this.fetcher.byLeader([...assigned.values()]);
      this.lookingUp = false;
      if (assigned !== this.assigned) return await this.ask();
      for (const { leader, led } of byLeader) void this.askLeader(leader, led);
    } catch (err) {
      this.logger.warn({ err, group: this.options.group }, 'no leaders known; asking again');
      this.later(RETRY_MS, () => {
        this.lookingUp = false;
        this.goOn();
      });
    }
  }

  private async askLeader(leader: Leader, led: readonly AssignedPartition[]): Promise<void> {
    const from = led.flatMap(({ topic, partition, next, wantsMore }) =>
      wantsMore && next !== undefined ? [{ topic, partition, offset: next }] : [],
    );
    if (this.stopped || from.length === 0 || this.asking.has(leader.id)) return;
    const allAsked = led.every(({ wantsMore, halted }) => wantsMore || halted);
    this.asking.add(leader.id);
    let waitMs = 0;
    try {
      const fetched = await this.fetcher.fetch(leader, from, allAsked ? IDLE_WAIT_MS : BUSY_WAIT_MS);
      for (const each of fetched) this.take(each);
      this.fetchFailures = 0;
      if (fetched.some(({ outcome }) => outcome === 'away')) waitMs = FIRST_FETCH_RETRY_MS;
    } catch (err) {
      if (this.stopped) return;
      const level = this.fetchFailures === 0 ? 'warn' : 'debug';
      this.logger[level]({ err, broker: leader.id }, 'nothing fetched; asking again until the broker answers');
      waitMs = Math.min(RETRY_MS, FIRST_FETCH_RETRY_MS * 2 ** this.fetchFailures++);
    }
    const goOn = () => {
      this.asking.delete(leader.id);
      this.goOn();
    };
    if (waitMs > 0) this.later(waitMs, goOn);
    else goOn();
  }

  private take(fetched: Fetched): void {
    const assigned = this.assigned.get(`${fetched.topic}/${fetched.partition}`);
    if (!assigned?.awaits(fetched)) return;
    if (fetched.outcome === 'lost') void this.checkLost(assigned, fetched.offset);
    else if (fetched.outcome === 'read' && assigned.take(fetched)) this.bytesHeld += fetched.bytes;
  }

  private async process(assigned: AssignedPartition, batch: Fetched): Promise<void> {
    const { topic, partition, offset, next, messages, endOffset, bytes } = batch;
    try {
      await this.options.onBatch({ topic, partition, messages, endOffset });
      assigned.processed = next;
      assigned.failures = 0;
    } catch (err) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, 100 * 2 ** assigned.failures++);
      this.logger.warn({ err, topic, partition, pauseMs }, 'batch not processed; it comes again after a pause');
      if (this.isCurrent(assigned)) this.bytesHeld -= assigned.ahead?.bytes ?? 0;
      assigned.readFrom(offset);
      this.pause(assigned, pauseMs);
    }
    batch.free();
    this.bytesHeld -= bytes;
    await this.commitHint(false);
  }

  /** The broker says that an offset is not in the log. A leader that is only just one may say so wrongly, so it is looked up. */
  private async checkLost(assigned: AssignedPartition, offset: bigint): Promise<void> {
    const { topic, partition } = assigned;
    assigned.paused = true;
    try {
      const { earliest, end } = await this.topics.range(topic, partition);
      if (this.isCurrent(assigned) && (offset < earliest || offset > end)) {
        assigned.halted = true;
        this.options.onHalt(new LogPositionLostError(topic, partition, offset, earliest, end));
        return;
      }
    } catch (err) {
      this.logger.warn({ err, topic, partition }, 'range not known yet; trying again');
    }
    this.pause(assigned, FIRST_FETCH_RETRY_MS);
  }

  private pause(assigned: AssignedPartition, ms: number): void {
    assigned.paused = true;
    this.later(ms, () => {
      assigned.paused = false;
      this.goOn();
    });
  }

  private isCurrent(assigned: AssignedPartition): boolean {
    return !this.stopped && this.assigned.get(assigned.key) === assigned;
  }

  /** Tells the group how far it is, for those who watch it from outside; nothing depends on it. */
  private async commitHint(force: boolean): Promise<void> {
    if (!this.member || (!force && Date.now() - this.lastCommitMs < COMMIT_EVERY_MS)) return;
    this.lastCommitMs = Date.now();
    const offsets = [...this.assigned.values()].flatMap(({ topic, partition, processed }) =>
      processed === undefined ? [] : [{ topic, partition, offset: processed }],
    );
    if (offsets.length === 0) return;
    const committed = this.member.commit(offsets).catch(() => undefined);
    if (force) await Promise.race([committed, sleep(COMMIT_WITHIN_MS)]);
  }

  private later(ms: number, work: () => void | Promise<void>): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void work();
    }, ms);
    this.timers.add(timer);
  }
}
