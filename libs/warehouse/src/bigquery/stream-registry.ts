import type { Dataset } from '@google-cloud/bigquery';
import { z } from 'zod';
import { ensureTable } from './rest-table.js';
import type { Statements } from './statements.js';

/** What a stream writes: the rows of one (topic, partition) into the changelog of one collection. */
export interface StreamPurpose {
  readonly collection: string;
  readonly topic: string;
  readonly partition: number;
}

const streamSchema = z.object({ stream: z.string() });

/**
 * The streams in use, in the table `_ingest_streams`. BigQuery does not list the streams of a table, and without their names a new
 * writer could not close those of the one before it.
 */
export class StreamRegistry {
  private constructor(private readonly statements: Statements) {}

  static async open(dataset: Dataset, statements: Statements): Promise<StreamRegistry> {
    await ensureTable(dataset.table('_ingest_streams'), {
      schema: {
        fields: [
          { name: 'collection', type: 'STRING', mode: 'REQUIRED' },
          { name: 'topic', type: 'STRING', mode: 'REQUIRED' },
          { name: 'kafka_partition', type: 'INTEGER', mode: 'REQUIRED' },
          { name: 'stream', type: 'STRING', mode: 'REQUIRED' },
          { name: 'opened_at', type: 'TIMESTAMP', mode: 'REQUIRED' },
        ],
      },
    });
    return new StreamRegistry(statements);
  }

  /** Records a stream, before anything is appended to it. */
  async add(purpose: StreamPurpose, stream: string): Promise<void> {
    await this.statements.run(
      `INSERT INTO laurel._ingest_streams (collection, topic, kafka_partition, stream, opened_at)
       VALUES (@collection, @topic, @partition, @stream, CURRENT_TIMESTAMP())`,
      { ...purpose, stream },
    );
  }

  /** The streams recorded for a purpose, except one. */
  async others(purpose: StreamPurpose, stream: string): Promise<string[]> {
    const rows = await this.statements.all(
      `SELECT stream FROM laurel._ingest_streams
       WHERE collection = @collection AND topic = @topic AND kafka_partition = @partition AND stream <> @stream`,
      streamSchema,
      { ...purpose, stream },
    );
    return rows.map(row => row.stream);
  }

  /** Forgets streams that are finalized. */
  async remove(streams: readonly string[]): Promise<void> {
    if (streams.length === 0) return;
    await this.statements.run('DELETE FROM laurel._ingest_streams WHERE stream IN UNNEST(@streams)', { streams });
  }
}
