import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { WarehouseError } from '../errors.js';
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

  test('errors name the statement or the field', async () => {
    await expect(temporary.warehouse.query('SELECT nothing', z.unknown())).rejects.toThrow('in: SELECT nothing');
    await expect(temporary.warehouse.query('SELECT 1 AS a', z.object({ a: z.string() }))).rejects.toThrow(
      WarehouseError,
    );
  });
}
