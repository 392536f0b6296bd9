import type { Consumption, DeadLetters, ErasedCustomers, LogBatch, LogTransport, Topics } from '@laurel/change-log';
import { traced } from '@laurel/service';
import { LOGGED_COLLECTIONS, type LoggedCollection } from '@laurel/shop';
import type { PartitionPosition, Warehouse } from '@laurel/warehouse';
import type { Logger } from 'pino';
import { BatchStore, type PartitionState } from './batch-store.js';
import { LagClock } from './lag-clock.js';
import { type LoadProgress, progressKey } from './load-progress.js';
import { LoadStatus } from './load-status.js';
import { Slots } from './slots.js';

export interface LoaderOptions {
  transport: LogTransport;
  warehouse: Warehouse;
  topics: Topics;
  deadLetters: DeadLetters;
  erased: ErasedCustomers;
  /** Where replicas tell each other how far they are. */
  progress: LoadProgress;
  logger: Logger;
}

/** One batch is read while another is being stored. More at a time would only fill memory: a warehouse takes the rows of a table in turns. */
const BATCHES_AT_ONCE = 2;

/** Each batch is a transaction, which costs the same however many rows it has; but what waits is memory, and buffers that live long are garbage that costs. Of ordinary changes it fills one of DuckDB's chunks. */
const BATCH_BYTES = 3 * 1024 * 1024;

/** How far a partition has been loaded. */
export interface PartitionLag {
  topic: string;
  collection: LoggedCollection;
  partition: number;
  /** Messages that the warehouse does not hold yet. */
  lag: number;
  /** The longest that the oldest of them can have been waiting. */
  lagMs: number;
}

/**
 * Stores the log in the warehouse: rows and position in one transaction, each change once. While the warehouse does not answer nothing is
 * fetched, so memory stays bounded; what cannot be stored goes to the dead letters before the position moves past it.
 */
export class Loader {
  readonly status = new LoadStatus();
  private readonly states = new Map<string, PartitionState>();
  private readonly clock = new LagClock();
  private readonly slots = new Slots(BATCHES_AT_ONCE);
  private reading: Promise<readonly PartitionPosition[]> | undefined;
  private consumption: Consumption | undefined;
  private readonly batches: BatchStore;

  constructor(private readonly options: LoaderOptions) {
    this.batches = new BatchStore({ ...options, status: this.status, by: 'append' });
  }

  async start(): Promise<void> {
    const { transport, topics, logger } = this.options;
    this.consumption = await transport.consume({
      group: topics.group('load'),
      topics: this.options.topics.allChanges,
      batchBytes: BATCH_BYTES,
      heldBytes: BATCHES_AT_ONCE * BATCH_BYTES,
      positionOf: async (topic, partition) => (await this.readState(topic, partition)).next ?? undefined,
      onBatch: batch => this.slots.run(() => this.load(batch)),
      onHalt: error => {
        this.status.halted = error.message;
        logger.fatal(
          { err: error, alarm: 'changes-lost' },
          'load has stopped: messages were deleted before they were stored',
        );
      },
    });
  }

  async stop(): Promise<void> {
    await this.consumption?.stop();
    this.consumption = undefined;
    await this.options.progress.flush();
  }

  /** Why changes do not reach the warehouse; undefined while they do. */
  readiness(): string | undefined {
    if (this.consumption === undefined) return 'load is not reading the log';
    return this.status.halted ?? this.status.error;
  }

  /** How many messages of each partition the warehouse does not hold yet, as of now; also of those that other replicas store. */
  async lags(): Promise<PartitionLag[]> {
    const offsets = await Promise.all(
      LOGGED_COLLECTIONS.map(async collection => {
        const topic = this.options.topics.changes(collection);
        return (await this.options.transport.offsets(topic)).map(found => ({
          topic,
          collection,
          key: progressKey(topic, found.partition),
          ...found,
        }));
      }),
    );
    const progress = await this.options.progress.read(this.options.topics.allChanges);
    const nowMs = Date.now();
    return offsets.flat().map(({ topic, collection, partition, key, earliest, end }) => {
      const noted = progress.get(key);
      const next = (noted?.mine ? this.states.get(key)?.next : undefined) ?? noted?.next ?? earliest;
      const lag = Math.max(0, Number(end - next));
      if (lag === 0) this.clock.caughtUp(key, nowMs);
      return { topic, collection, partition, lag, lagMs: lag === 0 ? 0 : this.clock.waitingMs(key, nowMs) };
    });
  }

  private async load(batch: LogBatch): Promise<void> {
    const key = progressKey(batch.topic, batch.partition);
    try {
      const state = this.states.get(key) ?? (await this.readState(batch.topic, batch.partition));
      const attributes = { topic: batch.topic, partition: batch.partition, messages: batch.messages.length };
      const parents = () => batch.messages.map(message => message.header('traceparent'));
      await traced({ name: 'load', kind: 'consumer', attributes, parents }, () => this.store(batch, state));
      this.status.error = undefined;
      this.status.lastBatchAt = new Date();
    } catch (error) {
      // What the warehouse holds decides anew.
      this.states.delete(key);
      this.status.error = `load cannot store: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
  }

  private async store(batch: LogBatch, state: PartitionState): Promise<void> {
    const { topic, partition } = batch;
    const stored = await this.batches.store(batch, state);
    const last = batch.messages.at(-1);
    if (!stored || !last) return;
    const nextOffset = last.offset + 1n;
    this.states.set(progressKey(topic, partition), stored);
    this.options.progress.note(topic, partition, nextOffset);
    if (nextOffset >= batch.endOffset) this.clock.caughtUp(progressKey(topic, partition), Date.now());
    else this.clock.stored(progressKey(topic, partition), last.timestampMs);
  }

  private async readState(topic: string, partition: number): Promise<PartitionState> {
    const reading = (this.reading ??= this.options.warehouse.positions({ fresh: true }));
    try {
      const stored = (await reading).find(position => position.topic === topic && position.partition === partition);
      const state = BatchStore.stateAt(stored);
      this.states.set(progressKey(topic, partition), state);
      this.options.progress.note(topic, partition, state.next);
      return state;
    } finally {
      if (this.reading === reading) this.reading = undefined;
    }
  }
}
