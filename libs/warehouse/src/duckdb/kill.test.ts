import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { WarehouseLockedError } from '../errors.js';
import { DuckDbWarehouse } from './duckdb-warehouse.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-kill-'));
  path = join(folder, 'shop.duckdb');
});
afterEach(() => rm(folder, { recursive: true }));

function startAppending(): ChildProcess {
  const testing = join(import.meta.dirname, '..', 'testing');
  return spawn(
    process.execPath,
    [
      '--no-warnings',
      '--experimental-transform-types',
      '--conditions=@laurel/source',
      `--import=${join(testing, 'typescript-imports.mjs')}`,
      join(testing, 'append-forever.ts'),
      path,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

async function acknowledged(child: ChildProcess, count: number): Promise<bigint> {
  let last = -1n;
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) {
    last = BigInt(line);
    if (last >= count) break;
  }
  return last;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

const countSchema = z.object({ rows: z.number(), different: z.number() });

test('kill -9 in the middle of appends leaves rows and position in step, and loses nothing acknowledged', async () => {
  for (const batches of [400, 900, 2300]) {
    const child = startAppending();
    const seen = await acknowledged(child, batches);
    await kill(child);
    const warehouse = await DuckDbWarehouse.open({ path });
    const [position] = await warehouse.positions();
    const [count] = await warehouse.query(
      'SELECT COUNT(*) AS rows, COUNT(DISTINCT _kafka_offset) AS different FROM laurel.products_changelog',
      countSchema,
    );
    await warehouse.close();
    expect(position?.nextOffset).toBeGreaterThanOrEqual(seen);
    expect(count).toEqual({ rows: Number(position?.nextOffset), different: Number(position?.nextOffset) });
  }
}, 60_000);

test('a file held by another process is refused with its name and the process', async () => {
  const child = startAppending();
  await acknowledged(child, 1);
  const opening = DuckDbWarehouse.open({ path });
  await expect(opening).rejects.toThrow(WarehouseLockedError);
  await expect(opening).rejects.toThrow(`The warehouse file ${path} is open in another process (process ${child.pid})`);
  await kill(child);
}, 30_000);
