import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ExportedShard } from './export-manifest.js';

/** The formats of an export file. */
export const EXPORT_FORMATS = ['ndjson', 'parquet'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const MEMORY_LIMIT = '512MB';
const COLUMNS = `{
  customer_id: 'VARCHAR',
  model: 'STRUCT(name VARCHAR, version VARCHAR)',
  items: 'STRUCT(rank INTEGER, product_id VARCHAR, name VARCHAR, score DOUBLE, reason STRUCT(kind VARCHAR, "text" VARCHAR, because VARCHAR[]))[]'
}`;

/**
 * Makes one file of shards, in their order, in memory that does not grow with them.
 *
 * @throws Error where a shard is not as it was fetched.
 */
export async function joinShards(
  folder: string,
  shards: readonly ExportedShard[],
  format: ExportFormat,
  output: string,
): Promise<void> {
  const paths = shards.map(({ file }) => join(folder, file));
  for (const [at, { checksum_sha256 }] of shards.entries()) {
    const path = paths[at] ?? '';
    if ((await checksumOf(path)) !== checksum_sha256)
      throw new Error(`${path} is not as it was fetched. Say --restart to begin anew.`);
  }
  await (await open(output, 'w', 0o600)).close();
  if (format === 'parquet') await writeParquet(folder, paths, output);
  else for (const path of paths) await pipeline(createReadStream(path), createWriteStream(output, { flags: 'a' }));
}

/** SHA-256 of a file, in hex. */
export async function checksumOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk);
  return digest.digest('hex');
}

async function writeParquet(folder: string, paths: readonly string[], output: string): Promise<void> {
  const options = { memory_limit: MEMORY_LIMIT, temp_directory: join(folder, 'spill') };
  const instance = await DuckDBInstance.create(':memory:', options);
  const db = await instance.connect();
  try {
    const files = paths.map(quoted).join(', ');
    await db.run(
      `COPY (FROM read_ndjson([${files}], columns = ${COLUMNS})) TO ${quoted(output)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
