import type { z } from 'zod';
import type { LoggedCollection } from '@laurel/shop';
import type { AppendResult, ChangelogBatch, LoggedChange, OnRejected, PartitionPosition } from './changelog-batch.js';
import type { CustomerRows, RemovedRows } from './customer-rows.js';
import type { BuildOptions, BuildReport, LineageNode, ModelTestResult } from './model-build.js';
import type { Packed } from './packing/chunk-packer.js';
import type { QueryParams } from './query-params.js';
import { WarehouseError } from './errors.js';
import type { StatementJob } from './statement-job.js';
import type { TableRows } from './table-rows.js';

/**
 * Where the shop's changes are stored and turned into models. Adapters: DuckDB (one file, one process), BigQuery (a dataset, any number of processes).
 * An abstract class, so that Nest injects it by its name.
 *
 * Everything lies in the dataset `laurel`; SQL names tables as `laurel.table`, unquoted.
 */
export abstract class Warehouse {
  /**
   * Stores rows of one (topic, partition) and the position in one transaction: after a crash both are there or neither.
   * A row that does not fit is left out and named in the result; the others are stored. A top-level field never seen before
   * becomes a column. Calls are carried out one after another, in the order they came.
   *
   * `onRejected` is told of the rows left out before the position moves past them (what BigQuery itself refuses is told once it said so);
   * when it throws, nothing is stored.
   *
   * Does not look for duplicates: see {@link PartitionPosition} for the rule the caller applies.
   * @throws StalePositionError where the stored position is not `position.previousOffset`; nothing is stored.
   * @throws WarehouseError where the warehouse itself fails. DuckDB has then stored nothing, BigQuery perhaps a part: read {@link positions} before
   * going on.
   */
  abstract append(batch: ChangelogBatch, onRejected?: OnRejected): Promise<AppendResult>;

  /**
   * Reads messages of a collection's topic, which were checked for duplicates, straight into what {@link append} stores at the least cost. What it
   * reads so is stored as by `decodeChange` of @laurel/change-log and {@link ChangelogRow}s; what is unusual, or all where a warehouse takes only rows, is among the `others`, and so
   * are those at the offsets `aside`.
   */
  pack<M extends LoggedChange>(
    _collection: LoggedCollection,
    messages: readonly M[],
    _aside?: ReadonlySet<bigint>,
  ): Packed<M> {
    return { chunks: [], others: messages };
  }

  /**
   * Does what {@link append} does, for many rows at a time where nobody waits for them. BigQuery takes them by a load job, which costs
   * nothing, instead of a stream; a load job stores all of them or none.
   */
  backfill(batch: ChangelogBatch, onRejected?: OnRejected): Promise<AppendResult> {
    return this.append(batch, onRejected);
  }

  /**
   * All stored positions, ordered by topic and partition. Where several processes write, those of partitions that others write may be some
   * minutes old; with `fresh` they are read from the rows, which costs a query.
   */
  abstract positions(options?: { readonly fresh?: boolean }): Promise<readonly PartitionPosition[]>;

  /** Whether the change with this event id is stored, wherever it came from. For replayed dead letters. */
  abstract changelogHas(collection: string, eventId: string): Promise<boolean>;

  /**
   * Runs a query and gives all its rows, each parsed by `row`.
   *
   * Cells: STRING → string, BOOL → boolean, FLOAT64 → number, INT64 → number (beyond 2^53 an error: cast it to text),
   * NUMERIC → decimal text without trailing zeros (`"2.55"`, `"3"`), TIMESTAMP → Date (UTC, to the millisecond), DATE → `YYYY-MM-DD`,
   * JSON → the parsed value, NULL → null.
   *
   * ```ts
   * const orders = await warehouse.query(
   *   'SELECT order_id, order_value FROM laurel.fct_orders WHERE customer_id = @customer',
   *   z.object({ order_id: z.string(), order_value: z.string() }),
   *   { customer: '12347' },
   * );
   * ```
   * @throws WarehouseError naming the statement, when it fails or a row does not parse.
   */
  abstract query<T>(sql: string, row: z.ZodType<T>, params?: QueryParams): Promise<T[]>;

  /** Like {@link query}, for more rows than fit in memory: gives them in batches of a few thousand as they are computed. */
  abstract stream<T>(sql: string, row: z.ZodType<T>, params?: QueryParams): AsyncIterable<T[]>;

  /**
   * The rows of a table in batches, in no particular order, with cells like those of {@link query}. For reading much: BigQuery gives them by its
   * Storage Read API, several streams at a time, of which a batch each is held.
   * @throws WarehouseError naming the table, when it is none or a row does not parse.
   */
  abstract readTable<T>(rows: TableRows, row: z.ZodType<T>): AsyncIterable<T[]>;

  /**
   * Runs a statement that trains or exports a model in the warehouse, as one job: asking for the same again waits for the job that runs or ran.
   * @throws WarehouseError naming the job and the statement; always where the warehouse trains no models, as DuckDB.
   */
  runJob({ sql }: StatementJob): Promise<void> {
    return Promise.reject(new WarehouseError(`This warehouse trains and exports no models\nin: ${sql}`));
  }

  /**
   * Builds the models in the order of their dependencies. Readers see each model old or new, never half.
   * @throws ModelBuildError naming the model whose SQL failed, or the selected name that does not exist.
   */
  abstract buildModels(options?: BuildOptions): Promise<BuildReport>;

  /** Runs the tests declared beside the models; `select` limits them to some models. Never throws for a failing test. */
  abstract testModels(select?: readonly string[]): Promise<readonly ModelTestResult[]>;

  /**
   * Every row of a customer: in the changelogs, and in the tables that models were built into. Sums over many customers (locations, product
   * pairs) hold nobody's rows.
   */
  abstract customerRows(customerId: string): Promise<readonly CustomerRows[]>;

  /**
   * Removes every row of a customer; sums follow with the next build. Waits for appends and builds under way. Rows that are appended later
   * are the caller's to keep out.
   * @throws WarehouseError; some rows may be gone then, and the next call removes the rest.
   */
  abstract eraseCustomer(customerId: string): Promise<readonly RemovedRows[]>;

  /** Every model with what it reads, in build order. */
  abstract lineage(): readonly LineageNode[];

  /** Waits for running appends, then lets go of the warehouse. A second call does nothing. */
  abstract close(): Promise<void>;
}
