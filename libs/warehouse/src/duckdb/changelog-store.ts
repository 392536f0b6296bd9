import type { DuckDBConnection } from '@duckdb/node-api';
import { isLoggedCollection, type LoggedCollection, LOGGED_COLLECTIONS } from '@laurel/shop';
import { z } from 'zod';
import type { AppendResult, ChangelogBatch, LoggedChange, OnRejected, PartitionPosition } from '../changelog-batch.js';
import type { CollectionColumns } from '../changelog/collection-columns.js';
import { sortBatch } from '../changelog/sort-batch.js';
import { WarehouseError } from '../errors.js';
import { ChunkPacker, type Packed } from '../packing/chunk-packer.js';
import { writeChunks } from './chunk-writer.js';
import { addPendingColumns, ensureChangelogTables } from './changelog-tables.js';
import { writeRows } from './row-writer.js';
import { type StoredPosition, StoredPositions } from './stored-positions.js';

const eventIdsSchema = z.array(z.object({ _event_id: z.string() }));

/** Writes changelog rows and positions. Not for concurrent use: one call at a time. */
export class ChangelogStore {
  private readonly packers = new Map<LoggedCollection, ChunkPacker>();

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly tables: ReadonlyMap<LoggedCollection, CollectionColumns>,
    private readonly stored: StoredPositions,
  ) {}

  /** Makes the tables where needed, and takes over the connection. */
  static async open(connection: DuckDBConnection): Promise<ChangelogStore> {
    return new ChangelogStore(
      connection,
      await ensureChangelogTables(connection),
      await StoredPositions.read(connection),
    );
  }

  /** See {@link Warehouse.pack}. */
  pack<M extends LoggedChange>(
    collection: LoggedCollection,
    messages: readonly M[],
    aside: ReadonlySet<bigint> = new Set(),
  ): Packed<M> {
    const columns = this.tables.get(collection)?.stored ?? [];
    let packer = this.packers.get(collection);
    if (!packer?.isFor(columns)) {
      packer = new ChunkPacker(collection, columns);
      this.packers.set(collection, packer);
    }
    return packer.pack(messages, aside);
  }

  /** See {@link Warehouse.append}. */
  async append(batch: ChangelogBatch, onRejected?: OnRejected): Promise<AppendResult> {
    const { position, packed = [], partition } = batch;
    if (position) this.stored.check(batch, position);
    const { sets, rejected } = sortBatch(batch, collection => this.tables.get(collection));
    const loadedAt = new Date();
    await this.#transaction(batch, async () => {
      if (rejected.length > 0) await onRejected?.(rejected);
      for (const set of sets) {
        await addPendingColumns(this.connection, set.collection, set.columns);
        await writeRows(this.connection, set, loadedAt);
      }
      for (const [collection, chunks] of Map.groupBy(packed, chunk => chunk.collection)) {
        const columns = this.tables.get(collection)?.all ?? [];
        await writeChunks(this.connection, chunks, columns, { partition, loadedAt });
      }
      if (position) await this.stored.write(this.connection, batch, position);
    });
    if (position) this.stored.remember(batch, position);
    for (const chunk of packed) chunk.release();
    return { stored: countOf(batch) - rejected.length, rejected };
  }

  /** See {@link Warehouse.positions}. */
  async positions(): Promise<PartitionPosition[]> {
    const positions: PartitionPosition[] = [];
    for (const position of this.stored.all()) {
      positions.push({ ...position, eventIdsAtHighSeq: await this.#eventIdsAt(position) });
    }
    return positions;
  }

  async has(collection: string, eventId: string): Promise<boolean> {
    if (!isLoggedCollection(collection)) return false;
    const reader = await this.connection.runAndReadAll(
      `SELECT 1 FROM laurel.${collection}_changelog WHERE _event_id = $eventId LIMIT 1`,
      { eventId },
    );
    return reader.currentRowCount > 0;
  }

  async #eventIdsAt({ topic, partition, highSeq }: StoredPosition): Promise<ReadonlySet<string>> {
    if (highSeq === null) return new Set();
    const ids = new Set<string>();
    for (const collection of collectionsOf(topic)) {
      const reader = await this.connection.runAndReadAll(
        `SELECT _event_id FROM laurel.${collection}_changelog WHERE _seq = $highSeq AND _kafka_partition = $partition`,
        { highSeq, partition },
      );
      for (const row of eventIdsSchema.parse(reader.getRowObjectsJson())) ids.add(row._event_id);
    }
    return ids;
  }

  async #transaction(batch: ChangelogBatch, work: () => Promise<void>): Promise<void> {
    try {
      await this.connection.run('BEGIN');
      await work();
      await this.connection.run('COMMIT');
      for (const columns of this.tables.values()) columns.markAdded();
    } catch (cause) {
      for (const columns of this.tables.values()) columns.discardPending();
      await this.connection.run('ROLLBACK').catch(() => undefined);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new WarehouseError(
        `${countOf(batch)} rows of ${batch.topic}/${batch.partition} were not stored: ${reason}`,
        { cause },
      );
    }
  }
}

function countOf({ rows, packed = [] }: ChangelogBatch): number {
  return packed.reduce((sum, { rowCount }) => sum + rowCount, rows.length);
}

/** A topic is named after its collection; one that is not can hold any. */
function collectionsOf(topic: string): readonly LoggedCollection[] {
  const name = topic.slice(topic.lastIndexOf('.') + 1);
  return isLoggedCollection(name) ? [name] : LOGGED_COLLECTIONS;
}
