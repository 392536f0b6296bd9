import { rename, rm, stat } from 'node:fs/promises';
import { type ExportManifest, writeWhole } from './export-manifest.js';
import { exportShards, type ShardedExport } from './export-shards.js';
import { checksumOf, type ExportFormat, joinShards } from './join-shards.js';

/** What is written beside the file: what it holds, and what made it. */
export interface ExportReport extends Omit<ExportManifest, 'shards'> {
  format: ExportFormat;
  customers: number;
  bytes: number;
  checksum_sha256: string;
  finished_at: string;
}

/** An export into one file. */
export interface FileExport extends Omit<ShardedExport, 'folder'> {
  output: string;
  format: ExportFormat;
  /** Forget an export that was begun and not finished. */
  restart?: boolean;
}

/**
 * Writes the lists of all customers into a file, with its report beside it (`FILE.manifest.json`). Until then shards are in `FILE.parts`, so that the same
 * call goes on where it was cut off.
 */
export async function exportToFile({ output, format, restart = false, ...work }: FileExport): Promise<ExportReport> {
  const folder = `${output}.parts`;
  if (restart) await rm(folder, { recursive: true, force: true });
  const { shards, ...made } = await exportShards({ ...work, folder });
  const whole = shards.filter(shard => shard !== null);
  await joinShards(folder, whole, format, `${output}.new`);
  const report: ExportReport = {
    ...made,
    format,
    customers: whole.reduce((sum, { customers }) => sum + customers, 0),
    bytes: (await stat(`${output}.new`)).size,
    checksum_sha256: await checksumOf(`${output}.new`),
    finished_at: new Date().toISOString(),
  };
  await rename(`${output}.new`, output);
  await writeWhole(`${output}.manifest.json`, report);
  await rm(folder, { recursive: true });
  return report;
}
