import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { recommender } from '@laurel/recommender';
import { freePort, startApp, type RunningApp } from '@laurel/service';
import { TestHome } from '@laurel/test-home';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { LaurelApi } from '../api/laurel-api.js';
import { type FileExport, exportToFile } from './export-to-file.js';
import { checksumOf } from './join-shards.js';

const CUSTOMERS = Array.from({ length: 40 }, (_, at) => `customer ${String(at).padStart(2, '0')}`);
const PRODUCTS = Array.from({ length: 12 }, (_, at) => `product-${at}`);

let home: TestHome;
let running: RunningApp;
let folder: string;

beforeAll(async () => {
  const servers = { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') };
  home = await TestHome.open(servers, { RECOMMENDER_PORT: String(await freePort()), LOG_LEVEL: 'silent' });
  const { laurelDb } = home.resources;
  const products = PRODUCTS.map((_id, at) => ({
    _id,
    name: `“${_id}”`,
    category: 'tea',
    price: at,
    available: at !== 3,
  }));
  await laurelDb.collection<{ _id: string }>('recommender_products').insertMany(products);
  const profiles = CUSTOMERS.map(_id => ({ _id, registered: true, features: null, featuresVersion: 0, tier: null }));
  await laurelDb.collection<{ _id: string }>('recommender_profiles').insertMany(profiles);
  const orders = CUSTOMERS.slice(10).map((customerId, at) => ({
    _id: `order ${at}`,
    customerIds: [customerId],
    counted: {
      customerId,
      placedAt: new Date(),
      productIds: [PRODUCTS[at % 5], PRODUCTS[(at % 7) + 5]],
      quantities: [1, 2],
    },
  }));
  await laurelDb.collection<{ _id: string }>('recommender_orders').insertMany(orders);
  running = await startApp(recommender, home.resources);
  await vi.waitFor(async () => expect((await fetch(`${running.url}/health/ready`)).status).toBe(200), 30_000);
});

afterAll(async () => {
  await running?.close();
  await home?.remove();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-export-'));
});

afterEach(() => rm(folder, { recursive: true }));

const work = (more: Partial<FileExport> = {}): FileExport => ({
  api: new LaurelApi(home.resources.settings),
  output: join(folder, 'lists.ndjson'),
  format: 'ndjson',
  first: 3,
  filter: {},
  shardSize: 10,
  onProgress: () => undefined,
  ...more,
});

const idsIn = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map(line => (JSON.parse(line) as { customer_id: string }).customer_id);

describe('laurel recommendations export', () => {
  it('writes a line for each customer, and what made the file beside it', async () => {
    const seen: number[] = [];
    const report = await exportToFile(work({ onProgress: done => void seen.push(done) }));
    const output = join(folder, 'lists.ndjson');
    expect((await idsIn(output)).toSorted()).toEqual(CUSTOMERS);
    expect(report).toMatchObject({ first: 3, format: 'ndjson', customers: 40, revision: 0, models: [] });
    expect(report.checksum_sha256).toBe(await checksumOf(output));
    expect(JSON.parse(await readFile(`${output}.manifest.json`, 'utf8'))).toEqual(report);
    expect(existsSync(`${output}.parts`)).toBe(false);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(40);
  });

  it('goes on where it was cut off: no customer twice, none missing, no shard fetched again', async () => {
    const whole = join(folder, 'whole.ndjson');
    await exportToFile(work({ output: whole }));
    const cut = (done: number): void => {
      if (done > 20) throw new Error('killed');
    };
    await expect(exportToFile(work({ onProgress: cut }))).rejects.toThrow('Run the command again');
    const output = join(folder, 'lists.ndjson');
    expect(existsSync(output)).toBe(false);
    const seen: number[] = [];
    await exportToFile(work({ onProgress: done => void seen.push(done) }));
    expect(seen[0]).toBeGreaterThan(10);
    expect(await readFile(output, 'utf8')).toBe(await readFile(whole, 'utf8'));
  });

  it('says what it holds already when something else is asked for, and begins anew when told to', async () => {
    const cut = (): void => {
      throw new Error('killed');
    };
    await expect(exportToFile(work({ onProgress: cut }))).rejects.toThrow();
    await writeManifest({ shards: [null] });
    await expect(exportToFile(work({ first: 4 }))).rejects.toThrow(
      /another export \(first 3, filter \{\}\).*--restart/,
    );
    await writeManifest({ revision: 17 });
    await expect(exportToFile(work())).rejects.toThrow(/other models have come to serve.*--restart/);
    expect(await exportToFile(work({ first: 4, restart: true }))).toMatchObject({ first: 4, customers: 40 });
  });

  it('does not take a shard that is not as it was fetched', async () => {
    const late = (done: number): void => {
      if (done > 30) throw new Error('killed');
    };
    await expect(exportToFile(work({ onProgress: late }))).rejects.toThrow();
    await writeFile(join(folder, 'lists.ndjson.parts', 'shard-00000.ndjson'), '{}\n');
    await expect(exportToFile(work())).rejects.toThrow(/shard-00000.ndjson is not as it was fetched.*--restart/);
  });

  it('writes the same as Parquet', async () => {
    const lines = join(folder, 'lists.ndjson');
    await exportToFile(work());
    const output = join(folder, "li'sts.parquet");
    await exportToFile(work({ output, format: 'parquet' }));
    const db = await (await DuckDBInstance.create(':memory:')).connect();
    try {
      const rows = await db.runAndReadAll(
        `SELECT to_json(t)::VARCHAR FROM read_parquet('${output.replace("'", "''")}') t`,
      );
      const expected = (await readFile(lines, 'utf8')).split('\n').filter(Boolean);
      expect(rows.getRows().map(([row]) => JSON.parse(String(row)))).toEqual(expected.map(line => JSON.parse(line)));
    } finally {
      db.closeSync();
    }
  });

  async function writeManifest(change: object): Promise<void> {
    const manifest = { first: 3, filter: {}, revision: 0, models: [], started_at: '', shards: [null], ...change };
    await writeFile(join(folder, 'lists.ndjson.parts', 'manifest.json'), JSON.stringify(manifest));
  }
});
