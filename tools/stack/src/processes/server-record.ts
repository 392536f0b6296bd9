import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLineOf, isRunning, type ProcessIdentity } from './process-identity.js';

/** What is written down of a server that was started: enough to find it again, and to stop nothing else. */
export interface ServerRecord {
  process: ProcessIdentity;
  /** Who stops it. Null: nobody but `stack down`. */
  owner: ProcessIdentity | null;
  ports: Record<string, number>;
}

const FILE = 'process.json';

/** Replaces the record of the server that lives in `folder`; a reader sees the old or the new one, never a part. */
export async function writeRecord(folder: string, record: ServerRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILE);
  await writeFile(`${path}.new`, JSON.stringify(record));
  await rename(`${path}.new`, path);
}

export async function removeRecord(folder: string): Promise<void> {
  await rm(join(folder, FILE), { force: true });
}

/**
 * The record of the server that runs on this folder's data, or nothing. A record left behind by a dead process, also one
 * whose pid now belongs to another, counts as nothing and is removed.
 */
export async function runningRecord(folder: string): Promise<ServerRecord | undefined> {
  const record = parseRecord(await readFile(join(folder, FILE), 'utf8').catch(() => ''));
  if (record && (await isRunning(record.process)) && (await commandLineOf(record.process.pid)).includes(folder))
    return record;
  await removeRecord(folder);
  return undefined;
}

function parseRecord(text: string): ServerRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is ServerRecord {
  if (typeof value !== 'object' || value === null) return false;
  if (!('process' in value) || !('owner' in value) || !('ports' in value)) return false;
  return isIdentity(value.process) && (value.owner === null || isIdentity(value.owner)) && isPorts(value.ports);
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return false;
  return Number.isInteger(value.pid) && typeof value.startedAt === 'string';
}

function isPorts(value: unknown): value is Record<string, number> {
  return typeof value === 'object' && value !== null && Object.values(value).every(port => Number.isInteger(port));
}
