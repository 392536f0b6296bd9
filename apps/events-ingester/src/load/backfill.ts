import {
  DeadLetters,
  type ErasedCustomers,
  type LogTransport,
  type ReceivedMessage,
  type Topics,
} from '@laurel/change-log';
import type { Warehouse } from '@laurel/warehouse';
import type { Logger } from 'pino';
import { BatchStore, type PartitionState } from './batch-store.js';
import { LoadStatus } from './load-status.js';

const CHUNK_BYTES = 32 * 1024 * 1024;
const CHUNK_MESSAGES = 100_000;

export interface BackfillOptions {
  transport: LogTransport;
  warehouse: Warehouse;
  topics: Topics;
  erased: ErasedCustomers;
  logger: Logger;
  /** Told after each chunk how many of the log's messages are done. */
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal;
}

/** What a backfill did. */
export interface BackfillReport {
  stored: number;
  duplicates: number;
  deadLetters: number;
}

/**
 * Brings what the log holds now, and the warehouse does not, into the warehouse, in large chunks. For a warehouse that begins empty; while it
 * goes on nothing else may load. Cut short, the next one goes on after the last chunk.
 */
export async function backfillWarehouse(options: BackfillOptions): Promise<BackfillReport> {
  const { transport, warehouse, topics, erased, logger, signal, onProgress } = options;
  const status = new LoadStatus();
  const deadLetters = new DeadLetters(transport, topics);
  const batches = new BatchStore({ warehouse, topics, deadLetters, erased, logger, status, by: 'backfill' });
  const positions = await warehouse.positions({ fresh: true });
  const partitions = [];
  for (const topic of topics.allChanges) {
    for (const { partition, earliest, end } of await transport.offsets(topic)) {
      const state = BatchStore.stateAt(
        positions.find(position => position.topic === topic && position.partition === partition),
      );
      partitions.push({ topic, partition, state, from: state.next ?? earliest, end });
    }
  }
  const total = partitions.reduce((sum, { from, end }) => sum + Number(end - from), 0);
  let done = 0;
  for (const { topic, partition, state, from, end } of partitions) {
    let current: PartitionState = state;
    const chunk = new Chunk();
    const store = async (): Promise<void> => {
      const messages = chunk.take();
      current = (await batches.store({ topic, partition, messages, endOffset: end }, current)) ?? current;
      done += messages.length;
      onProgress?.(Math.min(done, total), total);
    };
    await transport.readToEnd(
      topic,
      partition,
      async ({ messages }) => {
        signal?.throwIfAborted();
        chunk.add(messages);
        if (chunk.isFull) await store();
      },
      from,
    );
    await store();
  }
  const { stored, duplicates } = status;
  return { stored, duplicates, deadLetters: status.deadLetters };
}

/** Messages that go into the warehouse together. */
class Chunk {
  private messages: ReceivedMessage[] = [];
  private bytes = 0;

  get isFull(): boolean {
    return this.bytes >= CHUNK_BYTES || this.messages.length >= CHUNK_MESSAGES;
  }

  add(messages: readonly ReceivedMessage[]): void {
    for (const message of messages) {
      this.messages.push(message);
      this.bytes += message.value?.length ?? 0;
    }
  }

  take(): readonly ReceivedMessage[] {
    const { messages } = this;
    [this.messages, this.bytes] = [[], 0];
    return messages;
  }
}
