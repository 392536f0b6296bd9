import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { dependencyOrder } from '../model-runner/dependency-order.js';
import { readModels } from '../model-runner/model-files.js';
import { loose } from '../testing/changes.js';
import { selectRows } from '../table-rows.js';
import { smallShop } from '../testing/small-shop.js';
import { type TemporaryBigQuery, temporaryBigQuery } from '../testing/temporary-bigquery.js';
import { type TemporaryDuckDb, temporaryDuckDb } from '../testing/temporary-duckdb.js';
import type { TemporaryWarehouse } from '../testing/temporary-warehouse.js';

const bigquery = inject('bigquery');
const anyRow = z.record(z.string(), z.unknown());
const models = dependencyOrder(await readModels('bigquery'));

describe.runIf(bigquery)('the models of one shop, in both warehouses', () => {
  let duckdb: TemporaryDuckDb;
  let google: TemporaryBigQuery;

  beforeAll(async () => {
    if (!bigquery) return;
    [duckdb, google] = await Promise.all([temporaryDuckDb(), temporaryBigQuery(bigquery)]);
    for (const { warehouse } of [duckdb, google]) {
      expect((await warehouse.append(loose(...smallShop()))).rejected).toEqual([]);
      await warehouse.buildModels({ asOf: new Date('2026-06-01T00:00:00Z'), windowDays: 30 });
    }
  });
  afterAll(() => Promise.all([duckdb, google].map(temporary => temporary.remove())));

  /** All rows of a model, in an order of their own. When they were loaded differs. */
  async function rowsOf({ warehouse }: TemporaryWarehouse, model: string): Promise<unknown[]> {
    const rows = await warehouse.query(`SELECT * FROM laurel.${model}`, anyRow);
    return rows
      .map(({ loaded_at: _loaded, ...row }) => row)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }

  test.each(models.map(({ name }) => name))('%s has the same rows', async name => {
    const expected = await rowsOf(duckdb, name);
    expect(expected).not.toEqual([]);
    expect(await rowsOf(google, name)).toEqual(expected);
  });

  test.each([
    ['fct_order_lines', ['order_id', 'customer_id', 'product_id', 'placed_at', 'quantity'], 'quantity > 1'],
    [
      'user_features',
      ['user_pseudo_id', 'session_count', 'average_order_value', 'revenue', 'last_order_at'],
      undefined,
    ],
    ['fct_product_interests', ['customer_id', 'product_id', 'kind', 'first_at'], "day >= '2026-05-01'"],
  ])('%s is read by the Storage Read API as by a query', async (table, columns, where) => {
    const read = [];
    const some = { table, columns, ...(where !== undefined && { where }) };
    for await (const batch of google.warehouse.readTable(some, anyRow)) read.push(...batch);
    const key = (row: unknown): string => JSON.stringify(row);
    const queried = await google.warehouse.query(selectRows(some), anyRow);
    expect(read.length).toBeGreaterThan(1);
    expect(read.sort((a, b) => (key(a) < key(b) ? -1 : 1))).toEqual(queried.sort((a, b) => (key(a) < key(b) ? -1 : 1)));
  });

  test('and the same tests pass', async () => {
    const select = ['int_orders', 'dim_date', 'product_affinity'];
    const [there, here] = await Promise.all([google.warehouse.testModels(select), duckdb.warehouse.testModels(select)]);
    expect(there).toEqual(here);
    expect(there.filter(result => !result.passed)).toEqual([]);
  });
});
