import { access, constants, mkdir, statfs } from 'node:fs/promises';
import type { Settings } from '@laurel/service';
import { type Finding, messageOf } from './finding.js';

const MINIMUM_FREE_GB = 5;

/** Whether `LAUREL_HOME` can be written and has room. */
export async function examineDisk({ home }: Pick<Settings, 'home'>): Promise<Finding> {
  const check = 'disk';
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.W_OK);
    const { bavail, bsize } = await statfs(home);
    const freeGb = (bavail * bsize) / 1e9;
    const found = `${freeGb.toFixed(1)} GB free at ${home}`;
    if (freeGb >= MINIMUM_FREE_GB) return { check, state: 'ok', found };
    return { check, state: 'warn', found, mend: 'Make room, or set LAUREL_HOME or DUCKDB_PATH to a larger disk.' };
  } catch (error) {
    return { check, state: 'fail', found: messageOf(error), mend: 'Set LAUREL_HOME to a folder that can be written.' };
  }
}
