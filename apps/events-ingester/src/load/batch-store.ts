import {
  type DeadLetter,
  type DeadLetters,
  deadLetterOf,
  type ErasedCustomers,
  type LogBatch,
  SequenceFilter,
  type Topics,
} from '@laurel/change-log';
import type { PartitionPosition, Warehouse } from '@laurel/warehouse';
import type { Logger } from 'pino';
import { sortBatch } from './batch-sorter.js';
import type { LoadStatus } from './load-status.js';

/** Where a partition stands: `next` is null where the warehouse holds nothing of it. */
export interface PartitionState {
  next: bigint | null;
  filter: SequenceFilter;
}

/** What a {@link BatchStore} works with. */
export interface BatchStoreOptions {
  warehouse: Warehouse;
  topics: Topics;
  deadLetters: DeadLetters;
  erased: ErasedCustomers;
  status: LoadStatus;
  logger: Logger;
  /** How rows get into the warehouse: as they come, or many at a time ({@link Warehouse.backfill}). */
  by: 'append' | 'backfill';
}

/** A row that the warehouse cannot hold. */
export class RowRejectedError extends Error {
  override readonly name = 'RowRejectedError';
}

/** Stores batches of the log, each change once; what cannot be stored goes to the dead letters before the position moves past it. */
export class BatchStore {
  constructor(private readonly options: BatchStoreOptions) {}

  /** Where a partition stands by what the warehouse holds of it. */
  static stateAt(position: PartitionPosition | undefined): PartitionState {
    return {
      next: position?.nextOffset ?? null,
      filter: new SequenceFilter(position?.highSeq ?? null, position?.eventIdsAtHighSeq),
    };
  }

  /**
   * Stores what follows `state`, and gives where the partition stands then; undefined where the warehouse holds all of the batch already.
   * @throws StalePositionError or WarehouseError; what the warehouse holds decides then where to go on.
   */
  async store(batch: LogBatch, state: PartitionState): Promise<PartitionState | undefined> {
    const { warehouse, topics, erased, status, by } = this.options;
    const { topic, partition, messages } = batch;
    const last = messages.at(-1);
    if (!last || (state.next !== null && last.offset < state.next)) return undefined;
    const sorted = await sortBatch(batch, {
      topics,
      from: state.next ?? 0n,
      filter: state.filter,
      erased,
      warehouse,
    });
    await this.writeLetters(sorted.letters);
    const nextOffset = last.offset + 1n;
    const position = { previousOffset: state.next, nextOffset, highSeq: state.filter.highSeq };
    const { stored } = await warehouse[by](
      { topic, partition, packed: sorted.packed, rows: sorted.rows, position },
      rejected =>
        this.writeLetters(
          rejected.flatMap(({ index, reason }) => {
            const message = sorted.messages[index];
            return message ? [deadLetterOf(topic, partition, message, new RowRejectedError(reason))] : [];
          }),
        ),
    );
    status.stored += stored;
    status.storeRate.note(stored);
    status.duplicates += sorted.duplicates;
    return { next: nextOffset, filter: state.filter };
  }

  /** Writes letters; resolves once the brokers have them. */
  private async writeLetters(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    await this.options.deadLetters.write(letters);
    this.options.status.deadLetters += letters.length;
    for (const { id, error } of letters) {
      this.options.logger.warn(
        { letter: id, error: error.name },
        'a change could not be stored and went to the dead letters',
      );
    }
  }
}
