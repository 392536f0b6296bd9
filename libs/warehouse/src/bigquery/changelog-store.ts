import { isLoggedCollection, type LoggedCollection, LOGGED_COLLECTIONS } from '@laurel/shop';
import { z } from 'zod';
import type {
  AppendResult,
  BatchPosition,
  ChangelogBatch,
  OnRejected,
  PartitionPosition,
  RowReject,
} from '../changelog-batch.js';
import type { RowSet } from '../changelog/row-set.js';
import { WarehouseError } from '../errors.js';
import { Mutex } from '../mutex.js';
import { BackfillStore } from './backfill-store.js';
import { assertOneCollection, ChangelogTables, collectionOf } from './changelog-tables.js';
import { PartitionWriter } from './partition-writer.js';
import type { StoreConnections } from './store-connections.js';
import { allStoredPositions } from './stored-positions.js';
import { StreamRegistry } from './stream-registry.js';

/** Positions read from the tables count as known for this long; reading them costs, and a writer reads its own anew. */
const positionsKnownForMs = 600_000;

const oneRow = z.object({ found: z.number() });

/** Writes changelog rows; positions are read from the rows themselves. Appends to one collection take turns, collections go side by side. */
export class ChangelogStore {
  readonly #lanes = new Map(LOGGED_COLLECTIONS.map(collection => [collection, new Mutex()]));
  readonly #writers = new Map<string, PartitionWriter>();
  #known: { readonly at: number; readonly positions: readonly PartitionPosition[] } | undefined;

  private constructor(
    private readonly connections: StoreConnections,
    private readonly tables: ChangelogTables,
    private readonly registry: StreamRegistry,
    private readonly backfills: BackfillStore,
  ) {}

  /** Makes the tables where they do not exist. */
  static async open(connections: StoreConnections): Promise<ChangelogStore> {
    const { dataset, statements } = connections;
    const registry = await StreamRegistry.open(dataset, statements);
    const tables = await ChangelogTables.open(dataset, statements);
    return new ChangelogStore(connections, tables, registry, new BackfillStore(connections, tables, registry));
  }

  /** See {@link Warehouse.append}. */
  async append(batch: ChangelogBatch, onRejected?: OnRejected): Promise<AppendResult> {
    const involved = new Set<string>(batch.rows.map(row => row.collection));
    if (batch.position) involved.add(collectionOf(batch));
    return this.#inLanes(
      LOGGED_COLLECTIONS.filter(collection => involved.has(collection)),
      () => this.#append(batch, onRejected),
    );
  }

  /** See {@link Warehouse.backfill}. */
  async backfill(batch: ChangelogBatch, position: BatchPosition, onRejected?: OnRejected): Promise<AppendResult> {
    return this.#inLanes([collectionOf(batch)], () => {
      this.#forget(batch);
      return this.backfills.store(batch, position, onRejected);
    });
  }

  /** See {@link Warehouse.positions}. */
  async positions(fresh: boolean): Promise<PartitionPosition[]> {
    return this.#inLanes(LOGGED_COLLECTIONS, async () => {
      if (fresh || !this.#known || performance.now() - this.#known.at > positionsKnownForMs) {
        this.#known = { at: performance.now(), positions: await allStoredPositions(this.connections.statements) };
        this.#leaveOvertaken(this.#known.positions);
        this.backfills.leaveAll();
      }
      const positions = new Map(this.#known.positions.map(position => [keyOf(position), position]));
      for (const { position } of this.#writers.values()) if (position) positions.set(keyOf(position), position);
      return [...positions.values()].sort(
        (a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) || a.partition - b.partition,
      );
    });
  }

  async has(collection: string, eventId: string): Promise<boolean> {
    if (!isLoggedCollection(collection)) return false;
    const rows = await this.connections.statements.all(
      `SELECT 1 AS found FROM laurel.${collection}_changelog WHERE _event_id = @eventId LIMIT 1`,
      oneRow,
      { eventId },
    );
    return rows.length > 0;
  }

  /** Waits for running appends, then closes the streams' connections. */
  async close(): Promise<void> {
    await this.#inLanes(LOGGED_COLLECTIONS, async () => {
      for (const writer of this.#writers.values()) writer.close();
      this.#writers.clear();
    });
  }

  async #append(batch: ChangelogBatch, onRejected?: OnRejected): Promise<AppendResult> {
    const { position } = batch;
    const mover = position ? await this.#writer(collectionOf(batch), batch) : undefined;
    if (position && mover) this.#orForget(batch, () => mover.check(position));
    const sorted = await this.tables.sort(batch);
    if (position) assertOneCollection(batch, sorted);
    const { sets, rejected } = sorted;
    if (rejected.length > 0) await onRejected?.(rejected);
    const refused: RowReject[] = [];
    for (const set of sets) refused.push(...(await this.#store(batch, set)));
    if (refused.length > 0) await onRejected?.(refused);
    const all = [...rejected, ...refused];
    all.sort((a, b) => a.index - b.index);
    const indexes = new Set(all.map(({ index }) => index));
    if (position)
      mover?.moveTo(
        position,
        batch.rows.filter((_row, index) => !indexes.has(index)),
      );
    return { stored: batch.rows.length - all.length, rejected: all };
  }

  async #store(batch: ChangelogBatch, set: RowSet): Promise<RowReject[]> {
    if (set.rows.length === 0) return [];
    const { format } = this.tables.of(set.collection);
    const writer = await this.#writer(set.collection, batch);
    try {
      const origin = { topic: batch.position ? batch.topic : null, loadedAt: new Date() };
      const refused = await writer.write(set, format, origin);
      return refused.map(({ row, reason }) => ({ index: batch.rows.indexOf(row), reason }));
    } catch (cause) {
      this.#forget(batch);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new WarehouseError(
        `It is not known whether ${batch.rows.length} rows of ${batch.topic}/${batch.partition} were stored, read positions() again: ${reason}`,
        { cause },
      );
    }
  }

  async #writer(collection: LoggedCollection, { topic, partition }: ChangelogBatch): Promise<PartitionWriter> {
    const key = `${collection} ${keyOf({ topic, partition })}`;
    const existing = this.#writers.get(key);
    if (existing) return existing;
    const { datasetPath, project, client, jobs, statements } = this.connections;
    const table = `${datasetPath}/tables/${collection}_changelog`;
    try {
      const seat = { collection, topic, partition, table, project, client, jobs, statements, registry: this.registry };
      this.backfills.leave(seat);
      const writer = await PartitionWriter.open(seat);
      this.#writers.set(key, writer);
      return writer;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new WarehouseError(`No stream for ${topic}/${partition} could be opened: ${reason}`, { cause });
    }
  }

  #orForget(batch: ChangelogBatch, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#known = undefined;
      throw error;
    }
  }

  /** Drops the writers of a partition: the next batch takes the seat anew. */
  #forget(batch: ChangelogBatch): void {
    this.#known = undefined;
    for (const [key, writer] of this.#writers) {
      if (!key.endsWith(` ${keyOf(batch)}`)) continue;
      writer.close();
      this.#writers.delete(key);
    }
  }

  /** Drops the writers that another process has replaced: the rows have come further than they know. */
  #leaveOvertaken(positions: readonly PartitionPosition[]): void {
    const stored = new Map(positions.map(position => [keyOf(position), position.nextOffset]));
    for (const [key, writer] of this.#writers) {
      const next = stored.get(key.slice(key.indexOf(' ') + 1));
      if (next === undefined || next <= (writer.position?.nextOffset ?? -1n)) continue;
      writer.close();
      this.#writers.delete(key);
    }
  }

  #inLanes<T>(collections: readonly LoggedCollection[], work: () => Promise<T>): Promise<T> {
    const [first, ...rest] = collections;
    if (first === undefined) return work();
    const lane = this.#lanes.get(first);
    return lane ? lane.run(() => this.#inLanes(rest, work)) : this.#inLanes(rest, work);
  }
}

function keyOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}
