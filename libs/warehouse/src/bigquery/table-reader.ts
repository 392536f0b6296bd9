import type { v1 } from '@google-cloud/bigquery-storage';
import { status as grpcStatus } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { WarehouseError } from '../errors.js';
import type { TableRows } from '../table-rows.js';
import { arrowRows } from './arrow-cells.js';
import type { PlainRow } from './cell-reader.js';
import { merged } from './merged.js';

const MOST_STREAMS = 4;
const attempts = 6;
const firstPauseMs = 200;
const passing: readonly unknown[] = [grpcStatus.UNAVAILABLE, grpcStatus.INTERNAL, grpcStatus.ABORTED];

const bytes = z.instanceof(Uint8Array);

const sessionSchema = z.object({
  arrowSchema: z.object({ serializedSchema: bytes }).nullish(),
  streams: z.array(z.object({ name: z.string() })),
});

const answerSchema = z.object({
  arrowRecordBatch: z.object({ serializedRecordBatch: bytes }).nullish(),
  rowCount: z.coerce.number(),
});

/** Reads tables by BigQuery's Storage Read API, as they are at the moment the reading begins. */
export class TableReader {
  constructor(
    private readonly client: v1.BigQueryReadClient,
    private readonly project: string,
    private readonly datasetPath: string,
  ) {}

  /**
   * Rows as they come from up to four streams at a time, each of which waits while nobody takes its batch. A stream that breaks is taken up again
   * behind the last row that was given.
   * @throws WarehouseError naming the table.
   */
  async *batches({ table, columns, where }: TableRows): AsyncGenerator<PlainRow[]> {
    const stopped = new AbortController();
    try {
      const [session] = await this.client.createReadSession({
        parent: `projects/${this.project}`,
        readSession: {
          table: `${this.datasetPath}/tables/${table}`,
          dataFormat: 'ARROW',
          readOptions: { selectedFields: [...columns], ...(where !== undefined && { rowRestriction: where }) },
        },
        maxStreamCount: MOST_STREAMS,
      });
      const { arrowSchema, streams } = sessionSchema.parse(session);
      if (!arrowSchema) return;
      const { serializedSchema } = arrowSchema;
      yield* merged(streams.map(({ name }) => this.#stream(name, serializedSchema, stopped.signal)));
    } catch (cause) {
      if (cause instanceof WarehouseError) throw cause;
      throw new WarehouseError(
        `The table ${table} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          cause,
        },
      );
    } finally {
      stopped.abort();
    }
  }

  async *#stream(readStream: string, schema: Uint8Array, stopped: AbortSignal): AsyncGenerator<PlainRow[]> {
    let offset = 0;
    for (let attempt = 1; ; attempt++) {
      const answers = this.client.readRows({ readStream, offset });
      const cancel = (): void => answers.cancel();
      stopped.addEventListener('abort', cancel);
      try {
        for await (const answer of answers) {
          const { arrowRecordBatch, rowCount } = answerSchema.parse(answer);
          if (!arrowRecordBatch) continue;
          offset += rowCount;
          attempt = 1;
          yield arrowRows(schema, arrowRecordBatch.serializedRecordBatch);
        }
        return;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (stopped.aborted || attempt === attempts || !passing.includes(code)) throw error;
        await delay(firstPauseMs * 2 ** (attempt - 1));
      } finally {
        stopped.removeEventListener('abort', cancel);
      }
    }
  }
}
