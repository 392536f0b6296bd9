import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { withLock } from './processes/home-lock.js';
import { logPathOf, stopServer } from './processes/server.js';
import { runningRecord } from './processes/server-record.js';
import type { PartStatus } from './stack.js';

const SERVER = /^(mongodb|kafka-\d+|bigquery)$/;

/** The servers this home has ever started, and which of them run. */
export async function stackStatus(home: string): Promise<PartStatus[]> {
  const folder = stackFolder(home);
  return Promise.all(
    (await serverNames(folder)).map(async part => {
      const record = await runningRecord(join(folder, part));
      const logPath = logPathOf(join(folder, part));
      return record
        ? { part, running: true, pid: record.process.pid, ports: record.ports, logPath }
        : { part, running: false, logPath };
    }),
  );
}

/** Stops every server of this home, whoever started it; its data stays. Returns the names of those it stopped. */
export async function stopStack(home: string): Promise<string[]> {
  const folder = stackFolder(home);
  return withLock(folder, () => stopAll(folder));
}

/** Stops every server of this home and deletes their data and logs. Downloads stay. */
export async function resetStack(home: string): Promise<string[]> {
  const folder = stackFolder(home);
  return withLock(folder, async () => {
    const stopped = await stopAll(folder);
    await Promise.all(
      [...(await serverNames(folder)), 'kafka'].map(name => rm(join(folder, name), { recursive: true, force: true })),
    );
    return stopped;
  });
}

async function stopAll(folder: string): Promise<string[]> {
  const stopped = await Promise.all(
    (await serverNames(folder)).map(async name => {
      const record = await runningRecord(join(folder, name));
      if (!record) return [];
      await stopServer(join(folder, name), record);
      return [name];
    }),
  );
  return stopped.flat();
}

async function serverNames(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter(name => SERVER.test(name)).sort();
}

function stackFolder(home: string): string {
  return join(resolve(home), 'stack');
}
