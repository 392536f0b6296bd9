import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DuckDbFile } from './duckdb-file.js';

const APPENDING = '32.0 MiB';

let folder: string;
let file: DuckDbFile;
let settings: () => Promise<unknown[]>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-duckdb-'));
  file = await DuckDbFile.open({ path: join(folder, 'shop.duckdb'), threads: 2, memoryLimitMb: 256 });
  const appends = await file.connect();
  settings = async () => {
    const sql = ['memory_limit', 'threads', 'max_vacuum_tasks'].map(name => `current_setting('${name}')::VARCHAR`);
    return (await appends.runAndReadAll(`SELECT ${sql.join()}`)).getRowsJson().flat();
  };
});
afterEach(async () => {
  await file.close();
  await rm(folder, { recursive: true });
});

test('DuckDB has all memory while something is read, all threads while something is built, and little of both else', async () => {
  expect(await settings()).toEqual([APPENDING, '1', '0']);
  await file.use(async () => expect(await settings()).toEqual(['256.0 MiB', '1', '0']));
  expect(await settings()).toEqual([APPENDING, '1', '0']);
  await file.useAllThreads(async () => expect(await settings()).toEqual(['256.0 MiB', '2', '100']));
  expect(await settings()).toEqual([APPENDING, '1', '0']);
});

test('memory is little again when the last of several readers is done, also where one failed', async () => {
  const [first, second] = await Promise.all([file.borrow(), file.borrow()]);
  await expect(file.use(() => Promise.reject(new Error('no such table')))).rejects.toThrow('no such table');
  await file.release(first);
  expect(await settings()).toEqual(['256.0 MiB', '1', '0']);
  await file.release(second);
  expect(await settings()).toEqual([APPENDING, '1', '0']);
});

test('of rows that were written, memory keeps no more than appends may have', async () => {
  const appends = await file.connect();
  await appends.run('CREATE TABLE texts (text VARCHAR)');
  for (let batch = 0; batch < 8; batch++)
    await appends.run(
      `INSERT INTO texts SELECT repeat(md5((${batch} * 1e6 + number)::VARCHAR), 40) || uuid() FROM range(6000) r(number)`,
    );
  const kept = async () => {
    const sql = 'SELECT SUM(memory_usage_bytes)::DOUBLE FROM duckdb_memory()';
    return Number((await appends.runAndReadAll(sql)).getRowsJson()[0]?.[0]);
  };
  await file.use(connection => connection.run('SELECT MAX(text) FROM texts'));
  expect(await kept()).toBeLessThanOrEqual(32 * 2 ** 20);
});
