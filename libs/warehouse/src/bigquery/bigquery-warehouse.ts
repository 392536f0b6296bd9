import type { z } from 'zod';
import type { AppendResult, ChangelogBatch, OnRejected, PartitionPosition } from '../changelog-batch.js';
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
import { lineageOf } from '../model-runner/lineage.js';
import { readFunctions, readModels } from '../model-runner/model-files.js';
import type { Model } from '../model-runner/model.js';
import { runModelTests } from '../model-runner/run-model-tests.js';
import { Mutex } from '../mutex.js';
import { parseRow } from '../parse-row.js';
import type { QueryParams } from '../query-params.js';
import type { TableRows } from '../table-rows.js';
import { Warehouse } from '../warehouse.js';
import { type BigQueryClients, type BigQueryTarget, connectBigQuery } from './bigquery-clients.js';
import { ChangelogStore } from './changelog-store.js';
import { buildModels } from './model-builder.js';
import { LoadJobs } from './load-jobs.js';
import { openDataset } from './open-dataset.js';
import type { StatementJob } from '../statement-job.js';
import { StatementJobs } from './statement-jobs.js';
import { Statements } from './statements.js';
import { TableReader } from './table-reader.js';

/** How a {@link BigQueryWarehouse} is opened. */
export interface BigQueryWarehouseOptions extends BigQueryTarget {
  /** A folder with models instead of the project's own. */
  readonly modelsFolder?: string | undefined;
}

/** The warehouse in a dataset of BigQuery, for any number of processes. */
export class BigQueryWarehouse extends Warehouse {
  readonly #builds = new Mutex();
  #functionsMade = false;
  #closing: Promise<void> | undefined;

  private constructor(
    private readonly statements: Statements,
    private readonly store: ChangelogStore,
    private readonly reader: TableReader,
    private readonly jobs: StatementJobs,
    private readonly clients: BigQueryClients,
    private readonly models: readonly Model[],
    private readonly functions: string,
  ) {
    super();
  }

  /**
   * Connects, and makes the dataset and its tables where they do not exist.
   * @throws WarehouseError where BigQuery does not let us, with what it said.
   */
  static async open(options: BigQueryWarehouseOptions): Promise<BigQueryWarehouse> {
    const models = dependencyOrder(await readModels('bigquery', options.modelsFolder));
    const functions = await readFunctions('bigquery', options.modelsFolder);
    const clients = connectBigQuery(options);
    const { rest, write, read } = clients;
    try {
      const { dataset, location } = await openDataset(rest, options.dataset);
      const statements = new Statements(rest, options.dataset, location);
      const datasetPath = `projects/${options.project}/datasets/${options.dataset}`;
      const jobs = new LoadJobs(rest, location);
      const { project } = options;
      const store = await ChangelogStore.open({ dataset, datasetPath, project, client: write, jobs, statements });
      const reader = new TableReader(read, project, datasetPath);
      const statementJobs = new StatementJobs(rest, project, options.dataset, location);
      return new BigQueryWarehouse(statements, store, reader, statementJobs, clients, models, functions);
    } catch (cause) {
      await closeClients(clients);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new WarehouseError(
        `The dataset ${options.project}.${options.dataset} cannot be opened: ${reason}. Check BIGQUERY_PROJECT, BIGQUERY_DATASET and the ` +
          'service account: it needs the roles BigQuery Data Editor, BigQuery Job User and BigQuery Read Session User.',
        { cause },
      );
    }
  }

  override append(batch: ChangelogBatch, onRejected?: OnRejected): Promise<AppendResult> {
    return this.store.append(batch, onRejected);
  }

  override backfill(batch: ChangelogBatch, onRejected?: OnRejected): Promise<AppendResult> {
    return batch.position ? this.store.backfill(batch, batch.position, onRejected) : this.append(batch, onRejected);
  }

  override positions(options: { readonly fresh?: boolean } = {}): Promise<PartitionPosition[]> {
    return this.store.positions(options.fresh ?? false);
  }

  override changelogHas(collection: string, eventId: string): Promise<boolean> {
    return this.store.has(collection, eventId);
  }

  override query<T>(sql: string, row: z.ZodType<T>, params: QueryParams = {}): Promise<T[]> {
    return this.statements.all(sql, row, params);
  }

  override async *stream<T>(sql: string, row: z.ZodType<T>, params: QueryParams = {}): AsyncGenerator<T[]> {
    for await (const page of this.statements.pages(sql, params)) yield page.map(plain => parseRow(row, plain));
  }

  override async *readTable<T>(rows: TableRows, row: z.ZodType<T>): AsyncGenerator<T[]> {
    for await (const batch of this.reader.batches(rows)) yield batch.map(plain => parseRow(row, plain));
  }

  override runJob(job: StatementJob): Promise<void> {
    return this.jobs.run(job);
  }

  override buildModels(options: BuildOptions = {}): Promise<BuildReport> {
    return this.#builds.run(async () => {
      if (!this.#functionsMade) await this.statements.run(this.functions);
      this.#functionsMade = true;
      return buildModels(this.statements, this.models, options);
    });
  }

  override testModels(select?: readonly string[]): Promise<ModelTestResult[]> {
    return runModelTests(
      this,
      this.models.filter(model => !select || select.includes(model.name)),
    );
  }

  override customerRows(customerId: string): Promise<CustomerRows[]> {
    return findCustomerRows(this.#dialect, this.models, customerId);
  }

  override eraseCustomer(customerId: string): Promise<RemovedRows[]> {
    return this.#builds.run(() => removeCustomerRows(this.#dialect, this.models, customerId));
  }

  override lineage(): LineageNode[] {
    return lineageOf(this.models);
  }

  override close(): Promise<void> {
    this.#closing ??= this.#builds.run(async () => {
      await this.store.close();
      await closeClients(this.clients);
    });
    return this.#closing;
  }

  get #dialect(): CustomerRowsDialect {
    return {
      query: (sql, row, params) => this.statements.all(sql, row, params),
      run: (sql, params) => this.statements.run(sql, params),
      columns: 'laurel.INFORMATION_SCHEMA.COLUMNS',
    };
  }
}

async function closeClients({ read, write }: BigQueryClients): Promise<void> {
  await Promise.all([read.close(), write.close()]);
}
