import type { DuckDBConnection } from '@duckdb/node-api';
import { LOGGED_COLLECTIONS, type LoggedCollection } from '@laurel/shop';
import { z } from 'zod';
import { canonicalColumns } from '../changelog/canonical-columns.js';
import { CollectionColumns } from '../changelog/collection-columns.js';
import type { Column } from '../changelog/column.js';
import { duckDbTypes, quoted } from './column-sql.js';

const addedColumnSchema = z.object({
  collection: z.string(),
  field: z.string(),
  column: z.string(),
  type: z.enum(['STRING', 'FLOAT64', 'NUMERIC', 'INT64', 'BOOL', 'TIMESTAMP', 'JSON']),
});

/** Makes the changelog tables and their bookkeeping where they do not exist; gives each table's columns. */
export async function ensureChangelogTables(
  connection: DuckDBConnection,
): Promise<Map<LoggedCollection, CollectionColumns>> {
  await connection.run(`
    CREATE TABLE IF NOT EXISTS laurel._ingest_offsets (
      topic VARCHAR NOT NULL, partition INTEGER NOT NULL, next_offset BIGINT NOT NULL, high_seq VARCHAR, updated_at TIMESTAMP NOT NULL
    );
    CREATE TABLE IF NOT EXISTS laurel._changelog_columns (
      position BIGINT NOT NULL, collection VARCHAR NOT NULL, field VARCHAR NOT NULL, "column" VARCHAR NOT NULL, type VARCHAR NOT NULL
    );
  `);
  const reader = await connection.runAndReadAll(
    'SELECT collection, field, "column", type FROM laurel._changelog_columns ORDER BY position',
  );
  const added = z.array(addedColumnSchema).parse(reader.getRowObjectsJson());
  const tables = new Map<LoggedCollection, CollectionColumns>();
  for (const collection of LOGGED_COLLECTIONS) {
    await connection.run(createTable(collection));
    tables.set(
      collection,
      new CollectionColumns(
        collection,
        added.filter(column => column.collection === collection),
      ),
    );
  }
  return tables;
}

/** Adds the pending columns to the table, all or none. */
export async function addPendingColumns(
  connection: DuckDBConnection,
  collection: LoggedCollection,
  columns: CollectionColumns,
): Promise<void> {
  const first = columns.all.length - columns.pending.length;
  for (const [index, column] of columns.pending.entries())
    await addColumn(connection, collection, column, first + index);
}

async function addColumn(
  connection: DuckDBConnection,
  collection: string,
  column: Column,
  position: number,
): Promise<void> {
  await connection.run(
    `ALTER TABLE laurel.${collection}_changelog ADD COLUMN ${quoted(column.column)} ${duckDbTypes[column.type]}`,
  );
  await connection.run(
    'INSERT INTO laurel._changelog_columns VALUES ($position, $collection, $field, $column, $type)',
    {
      position,
      collection,
      field: column.field,
      column: column.column,
      type: column.type,
    },
  );
}

function createTable(collection: LoggedCollection): string {
  const columns = canonicalColumns(collection).map(({ column, type }) => `${quoted(column)} ${duckDbTypes[type]}`);
  return `CREATE TABLE IF NOT EXISTS laurel.${collection}_changelog (
    _event_id VARCHAR NOT NULL, _seq VARCHAR NOT NULL, _op VARCHAR NOT NULL, _key VARCHAR NOT NULL, _source_ts TIMESTAMP NOT NULL,
    _kafka_partition INTEGER NOT NULL, _kafka_offset BIGINT NOT NULL, _loaded_at TIMESTAMP NOT NULL, ${columns.join(', ')}
  )`;
}
