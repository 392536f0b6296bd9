import type { AppendResult, BatchPosition, ChangelogBatch, OnRejected } from '../changelog-batch.js';
import { assertOneCollection, type ChangelogTables, collectionOf } from './changelog-tables.js';
import { jsonRows } from './json-rows.js';
import { PartitionBackfill } from './partition-backfill.js';
import type { StoreConnections } from './store-connections.js';
import type { StreamRegistry } from './stream-registry.js';

/** Writes changelog rows by load jobs. */
export class BackfillStore {
  readonly #backfills = new Map<string, PartitionBackfill>();

  constructor(
    private readonly connections: StoreConnections,
    private readonly tables: ChangelogTables,
    private readonly registry: StreamRegistry,
  ) {}

  /** See {@link Warehouse.backfill}. Not for concurrent use with one partition. */
  async store(batch: ChangelogBatch, position: BatchPosition, onRejected?: OnRejected): Promise<AppendResult> {
    const key = `${batch.topic}/${batch.partition}`;
    const backfill = this.#backfills.get(key) ?? this.#open(batch);
    this.#backfills.delete(key);
    const id = await backfill.claim(position);
    const sorted = await this.tables.sort(batch);
    assertOneCollection(batch, sorted);
    if (sorted.rejected.length > 0) await onRejected?.(sorted.rejected);
    for (const set of sorted.sets) {
      if (set.rows.length === 0) continue;
      const { columns } = this.tables.of(set.collection);
      const lines = jsonRows(set, columns.all, { topic: batch.topic, loadedAt: new Date() });
      await this.connections.jobs.load(id, backfill.seat.target, lines);
    }
    backfill.moveTo(position);
    this.#backfills.set(key, backfill);
    return { stored: batch.rows.length - sorted.rejected.length, rejected: sorted.rejected };
  }

  /** Forgets that a partition is being filled: another writer of this process goes on with it. */
  leave({ topic, partition }: { readonly topic: string; readonly partition: number }): void {
    this.#backfills.delete(`${topic}/${partition}`);
  }

  /** Forgets all partitions: what is claimed next begins where the tables prove it, before messages of which no row was kept. */
  leaveAll(): void {
    this.#backfills.clear();
  }

  #open(batch: ChangelogBatch): PartitionBackfill {
    const collection = collectionOf(batch);
    const { project, client, jobs, statements } = this.connections;
    return new PartitionBackfill({
      collection,
      topic: batch.topic,
      partition: batch.partition,
      client,
      jobs,
      statements,
      target: { project, dataset: statements.dataset, table: `${collection}_changelog` },
      tableMark: this.tables.of(collection).mark,
      registry: this.registry,
    });
  }
}
