import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resetStack } from './src/index.js';
import { identify } from './src/processes/process-identity.js';

const HOME_NAME = /^laurel-test-(?:bigquery-)?(\d+)$/;

/** The home of this run's servers of one kind. */
export function testHome(kind?: 'bigquery'): string {
  return join(tmpdir(), `laurel-test-${kind ? `${kind}-` : ''}${process.pid}`);
}

/** Stops the servers of runs that were killed, and removes their homes and data. */
export async function removeAbandonedHomes(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = HOME_NAME.exec(name)?.[1];
    if (pid === undefined || (await identify(Number(pid)))) continue;
    await resetStack(join(tmpdir(), name)).catch(ignoreRemoved);
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** Another run, started at the same time, is removing it too. */
function ignoreRemoved(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
