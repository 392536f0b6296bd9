import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { importCommand } from './import.js';

const database = `import_command_${randomUUID().slice(0, 8)}`;
const orders = `Bill;SKU;Name;Qty;Price;Customer;Sold on
1;a;Apple;2;1,50;7;2009-01-31 10:00
2;POST;Postage;1;4,00;7;2009-01-31 10:00
`;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-import-command-'));
  file = join(folder, 'orders.csv');
  await writeFile(file, orders);
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
  const client = await MongoClient.connect(inject('mongodbUri'));
  await client.db(database).dropDatabase();
  await client.close();
});

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation(text => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation(text => err.push(String(text)) > 0);
  const named = ['--column', 'order=Bill', '--column', 'placedAt=Sold on', '--decimal-comma', '--database', database];
  await importCommand().parseAsync([...args, ...named], { from: 'user' });
  vi.restoreAllMocks();
  return { out: out.join(''), err: err.join('') };
}

async function stored() {
  const client = await MongoClient.connect(inject('mongodbUri'));
  try {
    return await client.db(database).collection('orders').find().toArray();
  } finally {
    await client.close();
  }
}

describe('laurel import FILE', () => {
  it('writes the orders and prints what it kept, refused and why, and that they are too old for tiers', async () => {
    const { out } = await run(file, '--mongodb-uri', inject('mongodbUri'));
    expect(out).toMatch(/order = "Bill".*placedAt = "Sold on"/);
    expect(out).toMatch(/not-a-product +refused +1 +1 +.*postage.* 2/);
    expect(out).toMatch(/warning:.*older than the 365 days/);
    expect(await stored()).toMatchObject([
      { _id: '1', customerId: '7', items: [{ productId: 'a', quantity: 2, price: 1.5 }] },
    ]);
  });

  it('prints JSON, and each affected row into a file', async () => {
    const rows = join(folder, 'rows.ndjson');
    const { out } = await run(file, '--mongodb-uri', inject('mongodbUri'), '--json', '--report', rows);
    expect(JSON.parse(out)).toMatchObject({ rows: 2, kept: 1, refused: 1, written: { orders: { inserted: 1 } } });
    expect(
      (await readFile(rows, 'utf8'))
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toMatchObject([{ row: 2, product: 'POST', outcome: 'refused', classes: ['not-a-product'] }]);
  });

  it('writes nothing in a dry run, and needs no server for it', async () => {
    const { out } = await run(file, '--mongodb-uri', 'mongodb://127.0.0.1:1', '--dry-run', '--move-dates');
    expect(out).toMatch(/moved by \d+ weeks/);
    expect(out).not.toMatch(/warning/);
    expect(await stored()).toEqual([]);
  });

  it('says in one line that the file is missing, or that no MongoDB answers, without its password', async () => {
    const missing = await run(join(folder, 'none.csv'), '--dry-run');
    expect(missing.err).toMatch(/none\.csv: there is no such file/);
    expect(process.exitCode).toBe(1);
    const silent = await run(file, '--mongodb-uri', 'mongodb://me:secret@127.0.0.1:1');
    expect(silent.err).toMatch(/no MongoDB answers at 127\.0\.0\.1:1.*--mongodb-uri/);
    expect(silent.err).not.toMatch(/secret/);
  });
});
