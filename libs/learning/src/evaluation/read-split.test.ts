import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RowsFormatError } from './csv-rows.js';
import { hasDays, unpackOrderLines, unpackSplit } from './packed-rows.js';
import { readInterests } from './read-interests.js';
import { readSplit } from './read-split.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'split-'));
  await Promise.all(['train', 'validation', 'test'].map(part => put(part, 'customer,item,quantity\nc1,i1,2\n')));
});

afterEach(() => rm(directory, { recursive: true }));

function put(part: string, text: string): Promise<void> {
  return writeFile(join(directory, `${part}.csv`), text);
}

describe('readSplit', () => {
  it('reads columns in any order, quotes, a byte order mark and Windows line ends', async () => {
    await put('train', '\uFEFFquantity,extra,item,customer\r\n1.5,z,"a ""b"", c",007\r\n');
    await put('test', 'customer,item,quantity\n007,i1,2\n');
    const { train, test } = unpackSplit(await readSplit(directory));
    expect([...train]).toEqual([{ customer: '007', item: 'a "b", c', quantity: 1.5 }]);
    expect([...test]).toEqual([{ customer: '007', item: 'i1', quantity: 2 }]);
  });

  it('reads when something was bought, where a file says it', async () => {
    await put('train', 'placed_at,customer,item,quantity\n1970-01-03T05:00:00Z,c1,i1,1\n1970-01-02,c1,i2,1\n');
    const rows = await readSplit(directory);
    expect(Array.from(unpackSplit(rows).train, ({ day }) => day)).toEqual([2, 1]);
    expect(Array.from(unpackSplit(rows).test, ({ day }) => day)).toEqual([undefined]);
    expect(hasDays(rows)).toBe(false);
    for (const part of ['validation', 'test'])
      await put(part, 'customer,item,quantity,placed_at\nc1,i1,1,1970-02-01T12:00:00+01:00\n');
    expect(hasDays(await readSplit(directory))).toBe(true);
  });

  it.each([
    ['a missing column', 'customer,product,quantity\n', /train\.csv line 1 has no column item/],
    [
      'a quantity of 0',
      'customer,item,quantity\na,b,1\na,c,0\n',
      /train\.csv line 3: quantity is "0"; it must be a number above 0/,
    ],
    ['a quantity in words', 'customer,item,quantity\na,b,two\n', /train\.csv line 2: quantity is "two"/],
    [
      'no day where the others have one',
      'customer,item,quantity,placed_at\na,b,1,2010-01-31\na,c,1,\n',
      /train\.csv line 3: placed_at is ""; it must be a time such as/,
    ],
    ['a short row', 'customer,item,quantity\na,b\n', /train\.csv line 2: quantity is ""/],
    ['an empty customer', 'customer,item,quantity\n,b,1\n', /train\.csv line 2: customer and item must not be empty/],
    ['an empty file', '', /train\.csv is empty; its first line must be customer,item,quantity/],
    ['no rows', 'customer,item,quantity\n', /train\.csv has no rows to learn from/],
  ])('refuses %s', async (_, text, message) => {
    await put('train', text);
    await expect(readSplit(directory)).rejects.toThrow(message);
    await expect(readSplit(directory)).rejects.toThrow(RowsFormatError);
  });

  it('refuses a test of strangers only', async () => {
    await put('test', 'customer,item,quantity\nstranger,i1,1\n');
    await expect(readSplit(directory)).rejects.toThrow(/test\.csv has no customer of train\.csv or validation\.csv/);
  });

  it('names a file that is missing, and a directory that is none', async () => {
    await rm(join(directory, 'validation.csv'));
    await expect(readSplit(directory)).rejects.toThrow(/validation\.csv can't be read/);
    await expect(readSplit(join(directory, 'nowhere'))).rejects.toThrow('is not a directory');
  });
});

describe('readInterests', () => {
  it('reads what was looked at and put into the cart, and nothing where there is no such file', async () => {
    expect(await readInterests(directory)).toBeUndefined();
    await put('interests', 'kind,customer,item\nview,c1,i1\ncart,c1,i2\n');
    const read = await readInterests(directory);
    expect(
      [...unpackOrderLines(read!)].map(({ customerId, productId, orderId }) => [customerId, productId, orderId]),
    ).toEqual([
      ['c1', 'i1', 'view'],
      ['c1', 'i2', 'cart'],
    ]);
  });

  it('refuses another kind, and a row without a customer', async () => {
    await put('interests', 'customer,item,kind\nc1,i1,view\nc1,i1,wish\n');
    await expect(readInterests(directory)).rejects.toThrow(
      /interests\.csv line 3: kind is "wish"; it must be view or cart/,
    );
    await put('interests', 'customer,item,kind\n,i1,view\n');
    await expect(readInterests(directory)).rejects.toThrow(/line 2: customer and item must not be empty/);
  });
});
