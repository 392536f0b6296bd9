import { createHash } from 'node:crypto';
import type { v1 } from '@google-cloud/bigquery-storage';
import type { LoggedCollection } from '@laurel/shop';
import type { BatchPosition } from '../changelog-batch.js';
import { StalePositionError, WarehouseError } from '../errors.js';
import type { LoadJobs, LoadTarget } from './load-jobs.js';
import { closeSeats, recordedJob } from './seats.js';
import type { Statements } from './statements.js';
import { storedPositions } from './stored-positions.js';
import type { StreamRegistry } from './stream-registry.js';

/** Where a backfill writes, and with what. */
export interface BackfillSeat {
  readonly collection: LoggedCollection;
  readonly topic: string;
  readonly partition: number;
  readonly target: LoadTarget;
  /** What tells this table from one of the same name that was deleted. */
  readonly tableMark: string;
  readonly client: v1.BigQueryWriteClient;
  readonly jobs: LoadJobs;
  readonly registry: StreamRegistry;
  readonly statements: Statements;
}

/**
 * Writes a (topic, partition) by load jobs, one for each range of offsets. The id of a job follows from its range, so a range is loaded once
 * however often it is tried. Whoever comes later to the partition, with a stream or another backfill, occupies the id that was recorded
 * before the job: then either the job is in the table before the newcomer reads the position, or it never runs.
 */
export class PartitionBackfill {
  #recorded: string | undefined;
  #nextOffset: bigint | null = null;

  constructor(readonly seat: BackfillSeat) {}

  /**
   * Makes sure that nobody else writes, and that the range follows what is stored; gives the id for its job.
   * @throws StalePositionError where it does not follow.
   * @throws WarehouseError where another writer has taken the partition since the range before.
   */
  async claim({ previousOffset, nextOffset }: BatchPosition): Promise<string> {
    const { collection, topic, partition, registry, statements, target } = this.seat;
    const purpose = { collection, topic, partition };
    const id = this.#idOf(previousOffset ?? 0n, nextOffset);
    const record = recordedJob(id);
    await registry.add(purpose, record);
    const others = await registry.others(purpose, record);
    if (this.#recorded === undefined) {
      await closeSeats(others, { ...this.seat, project: target.project });
      const [stored] = await storedPositions(statements, collection, { topic, partition });
      this.#nextOffset = stored?.nextOffset ?? null;
    } else if (others.some(other => other !== this.#recorded)) {
      await registry.remove([record]);
      throw new WarehouseError(
        `Another writer has taken ${topic}/${partition}: stop what else loads it, and begin anew`,
      );
    }
    await registry.remove(others);
    this.#recorded = record;
    if (this.#nextOffset !== previousOffset) {
      throw new StalePositionError(topic, partition, previousOffset, this.#nextOffset);
    }
    return id;
  }

  /** Takes note of a range that is stored. */
  moveTo({ nextOffset }: BatchPosition): void {
    this.#nextOffset = nextOffset;
  }

  #idOf(from: bigint, to: bigint): string {
    const { target, tableMark, topic, partition } = this.seat;
    const parts = [target.project, target.dataset, target.table, tableMark, topic, partition, from, to];
    return `laurel-${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 40)}`;
  }
}
