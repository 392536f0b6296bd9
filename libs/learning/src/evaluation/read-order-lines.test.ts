import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RowsFormatError } from './csv-rows.js';
import { readOrderLines } from './read-order-lines.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orders-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function read(...rows: string[]) {
  const path = join(directory, 'orders.csv');
  await writeFile(path, ['order,customer,placed_at,item,quantity', ...rows].join('\n'));
  return readOrderLines(path);
}

describe('readOrderLines', () => {
  it('reads columns in any order', async () => {
    expect(await read('o1,c1,2026-01-31T12:00:00Z,"i,1",2.5')).toEqual([
      { customerId: 'c1', orderId: 'o1', orderedAtMs: Date.UTC(2026, 0, 31, 12), productId: 'i,1', quantity: 2.5 },
    ]);
  });

  it.each([
    ['o1,c1,yesterday,i1,1', 'line 3: placed_at is "yesterday"; it must be a time such as 2026-01-31T12:00:00Z.'],
    ['o1,c1,2026-13-45T00:00:00Z,i1,1', 'line 3: placed_at is'],
    ['o1,,2026-01-31T12:00:00Z,i1,1', 'line 3: customer, order and item must not be empty.'],
    ['o1,c1,2026-01-31T12:00:00Z,i1,0', 'line 3: quantity is "0"; it must be a number above 0.'],
    ['o1,c1,2026-01-31T12:00:00Z,i1', 'line 3: quantity is ""'],
  ])('refuses %s', async (row, message) => {
    const reading = read('o0,c0,2026-01-31T12:00:00Z,i1,1', row);
    await expect(reading).rejects.toThrow(RowsFormatError);
    await expect(reading).rejects.toThrow(message);
  });
});
