import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StackConflictError } from '../errors.js';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';
import { until } from './until.js';

const WAIT_MS = 120_000;

/** The identity of the process that runs this code. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return (await identify(process.pid)) ?? { pid: process.pid, startedAt: '' };
}

/**
 * Does `work` while no other process starts or stops parts in this folder. A lock whose holder died is taken over.
 *
 * @throws StackConflictError when another process holds it for two minutes.
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'lock');
  const me = JSON.stringify(await ownIdentity());
  if (!(await until(() => tryLock(path, me), WAIT_MS, 100))) {
    throw new StackConflictError(
      `Another process is busy starting or stopping servers in ${folder}: ${await readFile(path, 'utf8')}.`,
    );
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string, me: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(me);
    await file.close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (await isAbandoned(path)) await rm(path, { force: true });
    return false;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const holder: unknown = JSON.parse(text);
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('startedAt' in holder)) return true;
    return !(await isRunning({ pid: Number(holder.pid), startedAt: String(holder.startedAt) }));
  } catch {
    return false;
  }
}
