import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Customer, Order } from '@laurel/shop';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importOrders, type ImportOptions } from './import-orders.js';
import type { RowRecord } from './report/row-record.js';
import type { ImportedProduct, ShopSink } from './writing/shop-sink.js';

class Kept implements ShopSink {
  readonly kept = { orders: [] as Order[], customers: [] as Customer[], products: [] as ImportedProduct[] };

  orders(batch: Parameters<ShopSink['orders']>[0]): Promise<void> {
    this.kept.orders.push(...batch.map(({ order }) => order));
    return Promise.resolve();
  }

  customers(batch: readonly Customer[]): Promise<void> {
    this.kept.customers.push(...batch);
    return Promise.resolve();
  }

  products(batch: readonly ImportedProduct[]): Promise<void> {
    this.kept.products.push(...batch);
    return Promise.resolve();
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-import-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function take(name: string, content: string | Buffer, options: ImportOptions = {}) {
  const file = join(folder, name);
  await writeFile(file, content);
  return takeFile(file, options);
}

async function takeFile(file: string, options: ImportOptions = {}) {
  const sink = new Kept();
  const rows: RowRecord[] = [];
  const report = await importOrders(file, sink, { ...options, onRow: record => void rows.push(record) });
  return { report, rows, ...sink.kept };
}

const header = 'order,product,name,quantity,price,customer,placedAt,country';
const csv = `${header}
1,a,Apple,2,1.50,7,2026-01-01 10:00:00,France
1,b,"Banana, ripe",1,0.85,7,2026-01-01 10:00:00,France
2,a,Apple,1,1.75,8.0,2026-02-01 10:00:00,
3,a,Apple,1,1.20,7,2026-01-05 10:00:00,Spain
4,a,Apple,1,1.20,,2026-01-05 10:00:00,Spain
`;

describe('importOrders', () => {
  it('makes orders, customers and products of a CSV file', async () => {
    const { report, orders, customers, products } = await take('good.csv', csv, { currency: 'GBP' });
    expect(report).toMatchObject({ format: 'csv', rows: 5, kept: 4, repaired: 0, refused: 1, movedByWeeks: 0 });
    expect(report.documents).toEqual({ products: 2, customers: 2, orders: 3, cancelledOrders: 0 });
    expect(orders[0]).toEqual({
      _id: '1',
      customerId: '7',
      placedAt: new Date('2026-01-01T10:00:00Z'),
      status: 'placed',
      currency: 'GBP',
      items: [
        { productId: 'a', name: 'Apple', quantity: 2, price: 1.5 },
        { productId: 'b', name: 'Banana, ripe', quantity: 1, price: 0.85 },
      ],
    });
    expect(customers).toEqual([
      { _id: '7', country: 'Spain', createdAt: new Date('2026-01-01T10:00:00Z') },
      { _id: '8', createdAt: new Date('2026-02-01T10:00:00Z') },
    ]);
    expect(products).toEqual([
      { _id: 'a', name: 'Apple', price: 1.75, pricedAt: new Date('2026-02-01T10:00:00Z') },
      { _id: 'b', name: 'Banana, ripe', price: 0.85, pricedAt: new Date('2026-01-01T10:00:00Z') },
    ]);
  });

  it('makes the same of NDJSON and Parquet', async () => {
    const fromCsv = await take('same.csv', csv);
    const rows = csv
      .trim()
      .split('\n')
      .slice(1)
      .map(line => line.replace('"Banana, ripe"', 'Banana; ripe').split(','));
    const names = header.split(',');
    const ndjson = rows
      .map(fields => JSON.stringify(Object.fromEntries(names.map((name, at) => [name, fields[at]?.replace(';', ',')]))))
      .join('\n');
    const parquet = join(folder, 'same.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    await db.run(`COPY (SELECT * FROM read_csv('${join(folder, 'same.csv')}')) TO '${parquet}' (FORMAT parquet)`);
    db.closeSync();
    instance.closeSync();
    for (const other of [await take('same.ndjson', ndjson), await takeFile(parquet)]) {
      expect(other.orders).toEqual(fromCsv.orders);
      expect(other.customers).toEqual(fromCsv.customers);
      expect(other.products).toEqual(fromCsv.products);
      expect(other.report.refused).toBe(1);
    }
  });

  it('numbers rows as in the file, past rows it cannot read and fields of several lines', async () => {
    const { report, rows } = await take(
      'rows.csv',
      `${header}\n1,a,"Ap\nple",1,1,7,2026-01-01,\n1,b\n2,a,Apple,none,1,7,2026-01-01,\n1,2,3,4,5,6,7,8,9\n3,a,Apple,1,1,7,someday,\n`,
    );
    expect(rows.map(({ row, classes }) => [row, ...classes])).toEqual([
      [2, 'unreadable-row'],
      [4, 'unreadable-row'],
      [1, 'other-name'],
      [3, 'unreadable-quantity'],
      [5, 'unreadable-date'],
    ]);
    expect(report).toMatchObject({ rows: 5, refused: 4 });
  });

  it('refuses lines of NDJSON that are no objects, by number', async () => {
    const line = (order: string) =>
      JSON.stringify({
        order,
        product: 'a',
        name: 'Apple',
        quantity: 1,
        price: 1.1,
        customer: 7,
        placedAt: '2026-01-01',
      });
    const { report, rows, orders } = await take(
      'lines.ndjson',
      `${line('1')}\n{broken\n\n[1]\n${line('2')}\n${line('')}\n`,
    );
    expect(rows.map(({ row, classes }) => [row, ...classes])).toEqual([
      [2, 'unreadable-row'],
      [4, 'unreadable-row'],
      [6, 'no-order'],
    ]);
    expect(orders.map(({ _id, customerId, items }) => [_id, customerId, items[0]?.price])).toEqual([
      ['1', '7', 1.1],
      ['2', '7', 1.1],
    ]);
    expect(report.rows).toBe(5);
  });

  it('tells duplicates by every column of the file, also those it has no use for', async () => {
    const lines =
      '1,a,Apple,2,1.50,7,2026-01-01,,x\n1,a,Apple,2,1.50,7,2026-01-01,,y\n1,a,Apple,2,1.50,7,2026-01-01,,x\n';
    const { orders, report } = await take('twice.csv', `${header},note\n${lines}`);
    expect(orders[0]?.items).toEqual([{ productId: 'a', name: 'Apple', quantity: 4, price: 1.5 }]);
    expect(report.classes.map(entry => [entry.class, entry.rows])).toEqual([['exact-duplicate', 1]]);
  });

  it('gives an order named by two customers to the first', async () => {
    const { orders, rows } = await take(
      'two.csv',
      `${header}\n1,a,Apple,1,1,9,2026-01-01,\n1,b,Bread,1,1,7,2026-01-01,\n`,
    );
    expect(orders.map(({ _id, customerId }) => [_id, customerId])).toEqual([['1', '9']]);
    expect(rows.map(({ row, classes }) => [row, ...classes])).toEqual([[2, 'second-customer']]);
  });

  it('takes C + digits for cancellations only where their quantities are negative', async () => {
    const sold = await take('c-sold.csv', `${header}\nC1,a,Apple,1,1,7,2026-01-01,\n`);
    expect(sold.orders[0]?.status).toBe('placed');
    const back = await take('c-back.csv', `${header}\n1,a,Apple,1,1,7,2026-01-01,\nC2,a,Apple,-1,1,7,2026-01-02,\n`);
    expect(back.orders).toMatchObject([
      { _id: '1', status: 'cancelled', cancelledBy: ['C2'] },
      { _id: 'C2', status: 'cancelled', cancels: ['1'], items: [{ quantity: 1 }] },
    ]);
  });

  it('moves dates by whole weeks up to now', async () => {
    const { report, orders } = await take('move.csv', csv, { moveDatesTo: new Date('2026-11-21T09:00:00Z') });
    expect(report).toMatchObject({ movedByWeeks: 41, lastOrderAt: '2026-11-15T10:00:00.000Z' });
    expect(orders[0]?.placedAt).toEqual(new Date('2026-10-15T10:00:00Z'));
  });

  it('reads other encodings, delimiters, zones and decimal commas', async () => {
    const text = 'Order;SKU;Name;Qty;Price;Customer;Date\n1;a;Café;1;2,55;7;31.07.2026 12:00\n';
    const options = { timeZone: 'Europe/Berlin', decimalSign: ',' } as const;
    const expected = {
      placedAt: new Date('2026-07-31T10:00:00Z'),
      items: [{ productId: 'a', name: 'Café', quantity: 1, price: 2.55 }],
    };
    const latin = await take('latin.csv', Buffer.from(text, 'latin1'), { ...options, encoding: 'latin-1' });
    const utf8 = await take('utf8.csv', `\uFEFF${text}`, options);
    const utf16 = await take('utf16.csv', Buffer.from(`\uFEFF${text}`, 'utf16le'), { ...options, encoding: 'utf-16' });
    expect([latin, utf8, utf16].map(({ orders }) => orders[0])).toMatchObject([expected, expected, expected]);
  });

  it('lets the user say which codes are products', async () => {
    const lines = `${header}\n1,POST,Poster,1,1,7,2026-01-01,\n1,x1,Fee,1,1,7,2026-01-01,\n`;
    expect((await take('codes.csv', lines, { notAProduct: null })).products).toHaveLength(2);
    expect((await take('codes.csv', lines, { notAProduct: /^x/ })).products.map(({ _id }) => _id)).toEqual(['POST']);
  });

  it.each([
    ['missing.csv', null, {}, /there is no such file/],
    ['empty.csv', '', {}, /the file is empty/],
    ['bare.csv', `${header}\n`, {}, /columns but no rows/],
    [
      'latin1.csv',
      Buffer.from(`${header}\n1,a,Caf\xe9,1,1,7,2026-01-01,\n`, 'latin1'),
      {},
      /not encoded in UTF-8.*--encoding.*latin-1/,
    ],
    [
      'latin1.ndjson',
      Buffer.from('{"order":"1","product":"a","name":"Caf\xe9"}\n', 'latin1'),
      {},
      /not encoded in UTF-8/,
    ],
    ['bom16.csv', Buffer.from('\uFEFForder,sku', 'utf16le'), {}, /UTF-16.*--encoding utf-16/],
    ['semicolons.csv', 'order;sku\n1;2\n', { delimiter: ',' }, /looks separated by ";"/],
    ['ragged.csv', `${header}\n1;2\n3;4\n`, {}, /2 of 2 rows do not have the columns of the first line/],
    ['columns.csv', 'order,sku\n1,2\n', {}, /no column was recognised for name, quantity, price, customer, placedAt/],
    ['doubled.csv', `${header},name\n1,a,Apple,1,1,7,2026-01-01,,x\n`, {}, /two columns are called "name"/],
    ['array.json', '[{"order":1}]', {}, /one JSON array/],
    ['binary.csv', Buffer.from([1, 2, 0, 4]), {}, /binary/],
    ['cut.parquet', Buffer.from('PAR1 and then nothing'), {}, /cannot be read as parquet/],
    ['dates.csv', `${header}\n1,a,Apple,1,1,7,1/2/2026,\n`, {}, /day first or month first.*--date-order/],
    [
      'mixed.csv',
      `${header}\n1,a,Apple,1,1,7,31/1/2026,\n2,a,Apple,1,1,7,1/31/2026,\n`,
      {},
      /day first in some rows and the month first in others/,
    ],
  ] as const)('says what is wrong with %s', async (name, content, options, message) => {
    const taken = content === null ? takeFile(join(folder, name)) : take(name, content, options);
    await expect(taken).rejects.toThrow(message);
    await expect(taken).rejects.toThrow(name);
  });
});
