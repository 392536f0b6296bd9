import { spawnSync } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { judge } from '../oracle/judge.js';
import { Ingester } from '../pipeline/ingester.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { startStreaming, untilStreaming } from '../pipeline/streaming.js';
import { FaultShop } from '../shop/fault-shop.js';

const DISK_MB = 48;
const FILE_LIMIT_KB = 3000;
const FULL_LAG = 300;

/** On a small file system in memory where this user may mount one, else by a limit on the size of files. */
export const diskFull: FaultScenario = {
  name: 'disk-full',
  about: 'the disk full at a commit: rows and position are rolled back together, and it goes on once there is room',
  async run({ servers, random, say }) {
    await using shop = await FaultShop.create(servers, random);
    const disk = join(shop.folder, 'disk');
    await mkdir(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk]).status === 0;
    const environment = { ...shop.environment, DUCKDB_PATH: join(disk, 'warehouse.duckdb') };
    try {
      say(mounted ? 'on a tmpfs of its own' : 'no mount allowed: with a limit on the size of files (ulimit -f)');
      const { ingester, recoveryMs } = mounted
        ? await fillDisk(shop, disk, environment)
        : await limitFiles(shop, environment);
      await shop.writer.stop();
      await settled(shop, ingester);
      await ingester.stop();
      return await judge(shop, { injected: 1, recoveryMs, environment });
    } finally {
      if (mounted) spawnSync('umount', ['-l', disk]);
    }
  },
};

interface Recovered {
  ingester: Ingester;
  recoveryMs: number;
}

async function fillDisk(shop: FaultShop, disk: string, environment: Record<string, string>): Promise<Recovered> {
  const ingester = await startStreaming(shop, environment);
  await storesAgain(ingester);
  const { bavail, bsize } = await statfs(disk);
  await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize)).catch(() => undefined);
  await ingester.until('changes wait for room', ({ loadLag }) => (loadLag ?? 0) > FULL_LAG);
  await rm(join(disk, 'filler'));
  return { ingester, recoveryMs: await storesAgain(ingester) };
}

async function limitFiles(shop: FaultShop, environment: Record<string, string>): Promise<Recovered> {
  await shop.writer.insertMany(400);
  const limited = new Ingester(environment, { fileKb: FILE_LIMIT_KB });
  await untilStreaming(limited);
  shop.writer.start();
  await limited.until('changes wait for room', ({ loadLag }) => (loadLag ?? 0) > FULL_LAG);
  await limited.kill();
  const sinceMs = awakeMs();
  const ingester = new Ingester(environment);
  return { ingester, recoveryMs: await storesAgain(ingester, sinceMs) };
}
