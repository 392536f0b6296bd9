import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { LoggedCollection } from '@laurel/shop';
import type { AppendResult, ChangelogBatch, LoggedChange, OnRejected, PartitionPosition } from '../changelog-batch.js';
import {
  type CustomerRows,
  type CustomerRowsDialect,
  findCustomerRows,
  type RemovedRows,
  removeCustomerRows,
} from '../customer-rows.js';
import { WarehouseError } from '../errors.js';
import type { BuildOptions, BuildReport, LineageNode, ModelTestResult } from '../model-build.js';
import { dependencyOrder } from '../model-runner/dependency-order.js';
import { readFunctions, readModels } from '../model-runner/model-files.js';
import type { Model } from '../model-runner/model.js';
import { lineageOf } from '../model-runner/lineage.js';
import { runModelTests } from '../model-runner/run-model-tests.js';
import { Mutex } from '../mutex.js';
import type { Packed } from '../packing/chunk-packer.js';
import { parseRow } from '../parse-row.js';
import type { QueryParams } from '../query-params.js';
import { selectRows, type TableRows } from '../table-rows.js';
import { Warehouse } from '../warehouse.js';
import { rowReader } from './cell-reader.js';
import { ChangelogStore } from './changelog-store.js';
import { DuckDbFile, type DuckDbFileOptions } from './duckdb-file.js';
import { buildModels, type BuildState, createWindow } from './model-builder.js';
import { bindParameters } from './query-parameters.js';

/** How a {@link DuckDbWarehouse} is opened. */
export interface DuckDbWarehouseOptions extends DuckDbFileOptions {
  /** A folder with models instead of the project's own. */
  readonly modelsFolder?: string;
}

/** The warehouse in one DuckDB file. One process at a time; in it, one append and one build at a time, and any number of queries. */
export class DuckDbWarehouse extends Warehouse {
  readonly #appends = new Mutex();
  readonly #builds = new Mutex();
  readonly #state: BuildState = { appends: 0, tables: new Map() };
  #closing: Promise<void> | undefined;

  private constructor(
    private readonly file: DuckDbFile,
    private readonly store: ChangelogStore,
    private readonly models: readonly Model[],
  ) {
    super();
  }

  /**
   * Opens the file, making it and its tables where they do not exist.
   * @throws WarehouseLockedError where another process has it open.
   */
  static async open(options: DuckDbWarehouseOptions): Promise<DuckDbWarehouse> {
    const models = dependencyOrder(await readModels('duckdb', options.modelsFolder));
    const functions = await readFunctions('duckdb', options.modelsFolder);
    const file = await DuckDbFile.open(options);
    try {
      const connection = await file.connect();
      await connection.run(functions);
      await createWindow(connection, new Date(), 365);
      return new DuckDbWarehouse(file, await ChangelogStore.open(connection), models);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  override pack<M extends LoggedChange>(
    collection: LoggedCollection,
    messages: readonly M[],
    aside: ReadonlySet<bigint> = new Set(),
  ): Packed<M> {
    return this.store.pack(collection, messages, aside);
  }

  override append(batch: ChangelogBatch, onRejected?: OnRejected): Promise<AppendResult> {
    return this.#appends.run(async () => {
      const result = await this.store.append(batch, onRejected);
      this.#state.appends++;
      return result;
    });
  }

  override positions(): Promise<PartitionPosition[]> {
    return this.#appends.run(() => this.store.positions());
  }

  override changelogHas(collection: string, eventId: string): Promise<boolean> {
    return this.#appends.run(() => this.store.has(collection, eventId));
  }

  override query<T>(sql: string, row: z.ZodType<T>, params: QueryParams = {}): Promise<T[]> {
    return allRows(this.stream(sql, row, params));
  }

  override async *stream<T>(sql: string, row: z.ZodType<T>, params: QueryParams = {}): AsyncGenerator<T[]> {
    const connection = await this.file.borrow();
    try {
      yield* streamOn(connection, sql, row, params);
    } finally {
      await this.file.release(connection);
    }
  }

  override readTable<T>(rows: TableRows, row: z.ZodType<T>): AsyncGenerator<T[]> {
    return this.stream(selectRows(rows), row);
  }

  override customerRows(customerId: string): Promise<CustomerRows[]> {
    return this.file.use(connection => findCustomerRows(dialectOn(connection), this.models, customerId));
  }

  override eraseCustomer(customerId: string): Promise<RemovedRows[]> {
    return this.#builds.run(() =>
      this.#appends.run(() =>
        this.file.use(async connection => {
          await connection.run('BEGIN');
          try {
            const removed = await removeCustomerRows(dialectOn(connection), this.models, customerId);
            await connection.run('COMMIT');
            this.#state.appends++;
            return removed;
          } catch (error) {
            await connection.run('ROLLBACK').catch(() => undefined);
            throw error;
          }
        }),
      ),
    );
  }

  override buildModels(options: BuildOptions = {}): Promise<BuildReport> {
    return this.#builds.run(() =>
      this.file.useAllThreads(connection => buildModels(connection, this.models, this.#state, options)),
    );
  }

  override testModels(select?: readonly string[]): Promise<ModelTestResult[]> {
    const models = this.models.filter(model => !select || select.includes(model.name));
    return runModelTests(this, models);
  }

  override lineage(): LineageNode[] {
    return lineageOf(this.models);
  }

  override close(): Promise<void> {
    this.#closing ??= this.#builds.run(() => this.#appends.run(() => this.file.close()));
    return this.#closing;
  }
}

async function* streamOn<T>(
  connection: DuckDBConnection,
  sql: string,
  row: z.ZodType<T>,
  params: QueryParams,
): AsyncGenerator<T[]> {
  const bound = bindParameters(sql, params);
  try {
    const result = await connection.stream(bound.sql, bound.values, bound.types);
    const read = rowReader(result);
    for await (const rows of result.yieldRows()) yield read(rows).map(plain => parseRow(row, plain));
  } catch (cause) {
    if (cause instanceof WarehouseError) throw cause;
    throw new WarehouseError(`${cause instanceof Error ? cause.message : String(cause)}\nin: ${sql}`, { cause });
  }
}

async function allRows<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const batch of batches) for (const row of batch) rows.push(row);
  return rows;
}

function dialectOn(connection: DuckDBConnection): CustomerRowsDialect {
  return {
    query: (sql, row, params) => allRows(streamOn(connection, sql, row, params)),
    run: async (sql, params) => {
      for await (const _ of streamOn(connection, sql, z.unknown(), params));
    },
    columns: "(SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'laurel')",
  };
}
