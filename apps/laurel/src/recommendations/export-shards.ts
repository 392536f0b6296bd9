import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { LaurelApi } from '../api/laurel-api.js';
import { type ExportedShard, type ExportManifest, exportManifestSchema, writeWhole } from './export-manifest.js';

const PATH = '/v1/recommendations/export';
const NEWLINE = 10;
const MOST_SHARDS = 10_000;

const outlookSchema = z.object({
  customers: z.number(),
  revision: z.number(),
  models: exportManifestSchema.shape.models,
});

/** What is exported, and where to. */
export interface ShardedExport {
  api: LaurelApi;
  /** Where the shards are kept; an export that is there and was not finished is gone on with. */
  folder: string;
  first: number;
  /** As the recommender takes it. */
  filter: Readonly<Record<string, unknown>>;
  /** How many customers a shard has, about. */
  shardSize: number;
  /** Called with the customers that are done and all there are. */
  onProgress(done: number, all: number): void;
}

/**
 * Fetches the lists of all customers from the recommender, shard by shard: files of NDJSON, each whole or not there. What was fetched before is
 * not fetched again.
 *
 * @throws Error where the folder holds the beginning of another export, or the models that it was begun with do not serve any more;
 *   LaurelApiError where the recommender does not answer.
 */
export async function exportShards(work: ShardedExport): Promise<ExportManifest> {
  const { api, folder, onProgress } = work;
  const outlook = await api.json('recommender', 'GET', PATH, outlookSchema);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const manifestPath = join(folder, 'manifest.json');
  const manifest = existsSync(manifestPath) ? await begun(work, manifestPath, outlook) : beginning(work, outlook);
  let done = manifest.shards.reduce((sum, shard) => sum + (shard?.customers ?? 0), 0);
  for (let shard = 0; shard < manifest.shards.length; shard++) {
    if (manifest.shards[shard]) continue;
    const fetched = await fetchShard(work, manifest, shard, customers =>
      onProgress(done + customers, outlook.customers),
    );
    manifest.shards[shard] = fetched;
    await writeWhole(manifestPath, manifest);
    done += fetched.customers;
  }
  return manifest;
}

function beginning(
  { first, filter, shardSize }: ShardedExport,
  outlook: z.infer<typeof outlookSchema>,
): ExportManifest {
  const { customers, revision, models } = outlook;
  const count = Math.min(MOST_SHARDS, Math.max(1, Math.ceil(customers / shardSize)));
  const shards = new Array<null>(count).fill(null);
  return { first, filter, revision, models, started_at: new Date().toISOString(), shards };
}

async function begun(
  { folder, first, filter }: ShardedExport,
  path: string,
  { revision }: z.infer<typeof outlookSchema>,
): Promise<ExportManifest> {
  const manifest = exportManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const anew = `Say --restart to begin anew.`;
  if (manifest.first !== first || !isDeepStrictEqual(manifest.filter, filter)) {
    const { first: itsFirst, filter: itsFilter } = manifest;
    throw new Error(
      `${folder} holds the beginning of another export (first ${itsFirst}, filter ${JSON.stringify(itsFilter)}). Ask for the same to finish it. ${anew}`,
    );
  }
  if (manifest.revision !== revision)
    throw new Error(`Since the export in ${folder} was begun, other models have come to serve. ${anew}`);
  return manifest;
}

async function fetchShard(
  { api, folder, first, filter }: ShardedExport,
  { revision, shards }: ExportManifest,
  shard: number,
  onCustomers: (count: number) => void,
): Promise<ExportedShard> {
  const body = { first, filter, revision, shards: shards.length, shard };
  const response = await api.send('recommender', 'POST', PATH, { body });
  const file = `shard-${String(shard).padStart(5, '0')}.ndjson`;
  const path = join(folder, file);
  const digest = createHash('sha256');
  let customers = 0;
  let bytes = 0;
  await pipeline(
    Readable.fromWeb(response.body ?? new ReadableStream()),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        digest.update(chunk);
        bytes += chunk.length;
        for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) customers++;
        onCustomers(customers);
        yield chunk;
      }
    },
    createWriteStream(`${path}.new`, { mode: 0o600, flush: true }),
  ).catch(async (cause: unknown) => {
    await rm(`${path}.new`, { force: true });
    throw new Error('The export was cut off. Run the command again: it goes on where it was.', { cause });
  });
  await rename(`${path}.new`, path);
  return { file, customers, bytes, checksum_sha256: digest.digest('hex') };
}
