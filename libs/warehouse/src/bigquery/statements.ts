import type { BigQuery } from '@google-cloud/bigquery';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { WarehouseError } from '../errors.js';
import { parseRow } from '../parse-row.js';
import type { QueryParams } from '../query-params.js';
import { type PlainRow, plainRows, resultFieldSchema, resultRowSchema } from './cell-reader.js';
import { datasetSql } from './dataset-sql.js';
import { Jobs } from './jobs.js';
import { queryParameters } from './query-parameters.js';
import { restRequest } from './rest-request.js';

const pageRows = 5000;
const waitMs = 10_000;

const pageSchema = z.object({
  jobReference: z.object({ jobId: z.string(), location: z.string().optional() }).optional(),
  jobComplete: z.boolean(),
  schema: z.object({ fields: z.array(resultFieldSchema).default([]) }).optional(),
  rows: z.array(resultRowSchema).default([]),
  pageToken: z.string().optional(),
  errors: z.array(z.object({ message: z.string() })).default([]),
});

type Page = z.infer<typeof pageSchema>;

/**
 * Runs SQL in the dataset through BigQuery's REST service. Cells are read from the answer itself, not by the client, so that they
 * follow the rules of {@link Warehouse.query}.
 */
export class Statements {
  constructor(
    private readonly rest: BigQuery,
    readonly dataset: string,
    private readonly location: string | undefined,
  ) {}

  /**
   * Runs a statement, or several separated by semicolons, to its end.
   * @throws WarehouseError naming the statement.
   */
  async run(sql: string, params: QueryParams = {}, signal?: AbortSignal): Promise<void> {
    for await (const _ of this.pages(sql, params, signal));
  }

  /** All rows of a query, each parsed by `row`. */
  async all<T>(sql: string, row: z.ZodType<T>, params: QueryParams = {}): Promise<T[]> {
    const rows: T[] = [];
    for await (const page of this.pages(sql, params)) for (const plain of page) rows.push(parseRow(row, plain));
    return rows;
  }

  /** The rows of a query, page by page. */
  async *pages(sql: string, params: QueryParams = {}, signal?: AbortSignal): AsyncGenerator<PlainRow[]> {
    const named = queryParameters(sql, params);
    try {
      let page = await this.#post({
        query: datasetSql(sql, this.dataset),
        useLegacySql: false,
        ...(named.length > 0 && { parameterMode: 'NAMED', queryParameters: named }),
        ...(this.location && { location: this.location }),
        requestId: randomUUID(),
        maxResults: pageRows,
        timeoutMs: waitMs,
        formatOptions: { useInt64Timestamp: true },
      });
      const { jobReference } = page;
      for (;;) {
        if (page.errors[0] && page.jobComplete) throw new WarehouseError(page.errors[0].message);
        if (page.jobComplete && page.rows.length > 0) yield plainRows(page.schema?.fields ?? [], page.rows);
        if (page.jobComplete && page.pageToken === undefined) return;
        if (!jobReference) throw new WarehouseError('BigQuery gave no job to ask for the rest of the rows');
        if (signal?.aborted) await this.#cancel(jobReference);
        signal?.throwIfAborted();
        page = await this.#results(jobReference, page.pageToken);
      }
    } catch (cause) {
      signal?.throwIfAborted();
      throw new WarehouseError(`${cause instanceof Error ? cause.message : String(cause)}\nin: ${sql}`, { cause });
    }
  }

  async #post(json: object): Promise<Page> {
    return pageSchema.parse(await restRequest(this.rest, { method: 'POST', uri: '/queries', json }));
  }

  async #results({ jobId, location }: NonNullable<Page['jobReference']>, pageToken?: string): Promise<Page> {
    const qs = {
      ...(location && { location }),
      ...(pageToken && { pageToken }),
      maxResults: pageRows,
      timeoutMs: waitMs,
      'formatOptions.useInt64Timestamp': true,
    };
    return pageSchema.parse(await restRequest(this.rest, { uri: `/queries/${jobId}`, qs }));
  }

  async #cancel({ jobId, location }: NonNullable<Page['jobReference']>): Promise<void> {
    await new Jobs(this.rest, location).cancel(jobId);
  }
}
