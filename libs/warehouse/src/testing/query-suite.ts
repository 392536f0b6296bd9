import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { WarehouseError } from '../errors.js';
import { Changes, loose, product } from './changes.js';
import type { TemporaryWarehouse } from './temporary-warehouse.js';

/** What each warehouse says in its own words. */
export interface QueryDialect {
  /** Expressions and the cells they read as. */
  readonly cells: readonly (readonly [expression: string, value: unknown])[];
  /** A query of the whole numbers `n` from 0 to 9,999, in order. */
  readonly numbers: string;
}

/** What every warehouse promises of queries. */
export function querySuite(open: () => Promise<TemporaryWarehouse>, { cells, numbers }: QueryDialect): void {
  let temporary: TemporaryWarehouse;

  beforeAll(async () => {
    temporary = await open();
  });
  afterAll(() => temporary.remove());

  const cell = async (expression: string) => {
    const [row] = await temporary.warehouse.query(`SELECT ${expression} AS cell`, z.object({ cell: z.unknown() }));
    return row?.cell;
  };

  test.each(cells)('%s reads as %j', async (expression, value) => {
    expect(await cell(expression)).toEqual(value);
  });

  test('a whole number beyond 2^53 is an error, not a wrong number', async () => {
    await expect(cell('CAST(9007199254740992 AS BIGINT)')).rejects.toThrow(
      'Column cell: 9007199254740992 is beyond 2^53',
    );
  });

  describe('parameters', () => {
    test('of every type arrive as they are', async () => {
      const params = { s: "it's", n: 1.5, i: 3, b: true, t: new Date(5), none: null, list: ['a', 'b'] };
      const sql = `SELECT @s AS s, @n AS n, @i AS i, @b AS b, @t AS t, @none AS none, 'a' IN (SELECT * FROM UNNEST(@list)) AS found`;
      expect(await temporary.warehouse.query(sql, z.unknown(), params)).toEqual([
        { s: "it's", n: 1.5, i: 3, b: true, t: new Date(5), none: null, found: true },
      ]);
    });

    test('without a value are named', async () => {
      await expect(temporary.warehouse.query('SELECT @missing', z.unknown())).rejects.toThrow(
        'No value for the parameter @missing',
      );
    });
  });

  test('a stream gives all rows in batches, and can be left early', async () => {
    const row = z.object({ n: z.number() });
    const sizes: number[] = [];
    for await (const batch of temporary.warehouse.stream(numbers, row)) sizes.push(batch.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(10_000);
    expect(sizes.length).toBeGreaterThan(1);
    for await (const batch of temporary.warehouse.stream(numbers, row)) {
      expect(batch[0]).toEqual({ n: 0 });
      break;
    }
  });

  describe('a table', () => {
    const some = { table: 'products_changelog', columns: ['_key', 'price', '_kafka_offset', '_source_ts'] };

    test('gives the rows and columns that are asked for, with cells like those of a query', async () => {
      const changes = new Changes();
      const documents = Array.from({ length: 500 }, (_, at) => product(`p${at}`, at === 7 ? 0.000000125 : at / 4));
      await temporary.warehouse.append(loose(...documents.map(document => changes.put('products', document))));
      await temporary.warehouse.append(loose(changes.put('products', product('later', 9), 'u')));
      const found = [];
      for await (const batch of temporary.warehouse.readTable({ ...some, where: "_op = 'c'" }, z.unknown()))
        found.push(...batch);
      const sql = `SELECT ${some.columns.join(', ')} FROM laurel.products_changelog WHERE _op = 'c' ORDER BY _kafka_offset`;
      const row = z.object({ _kafka_offset: z.number() });
      const inOrder = found.sort((a, b) => row.parse(a)._kafka_offset - row.parse(b)._kafka_offset);
      expect(inOrder).toEqual(await temporary.warehouse.query(sql, z.unknown()));
      expect(inOrder[7]).toMatchObject({ _key: 'p7', price: '0.000000125', _source_ts: expect.any(Date) as Date });
    });

    test('can be left early', async () => {
      for await (const batch of temporary.warehouse.readTable(some, z.unknown())) {
        expect(batch.length).toBeGreaterThan(0);
        break;
      }
    });

    test('of which no row is wanted is empty', async () => {
      const rows = [];
      for await (const batch of temporary.warehouse.readTable({ ...some, where: '_key IS NULL' }, z.unknown()))
        rows.push(...batch);
      expect(rows).toEqual([]);
    });

    test('that is none is an error that names it', async () => {
      const none = temporary.warehouse.readTable({ table: 'no_such_table', columns: ['a'] }, z.unknown());
      await expect(none[Symbol.asyncIterator]().next()).rejects.toThrow('no_such_table');
    });
  });

  test('errors name the statement or the field', async () => {
    await expect(temporary.warehouse.query('SELECT nothing', z.unknown())).rejects.toThrow('in: SELECT nothing');
    await expect(temporary.warehouse.query('SELECT 1 AS a', z.object({ a: z.string() }))).rejects.toThrow(
      WarehouseError,
    );
  });
}
