import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const shardSchema = z.object({
  file: z.string(),
  customers: z.number(),
  bytes: z.number(),
  checksum_sha256: z.string(),
});

/** What is known of an export: while it is made, and beside the file when it is done. */
export const exportManifestSchema = z.object({
  first: z.number(),
  filter: z.record(z.string(), z.unknown()),
  revision: z.number(),
  models: z.array(z.object({ name: z.string(), version: z.string(), trained_at: z.string() })),
  started_at: z.string(),
  /** Of each shard, once it is there, its file. */
  shards: z.array(shardSchema.nullable()),
});

export type ExportManifest = z.infer<typeof exportManifestSchema>;
export type ExportedShard = z.infer<typeof shardSchema>;

/** Writes a JSON file whole or not at all; readable by its owner only. */
export async function writeWhole(path: string, content: object): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
