import { expect, test } from 'vitest';
import { renameTables } from '../model-runner/table-references.js';
import { datasetSql } from './dataset-sql.js';
import { queryParameters } from './query-parameters.js';

test('the dataset is named in code, not in text, names and comments', () => {
  const sql = `SELECT laurel.f(a), 'laurel.x' AS \`laurel.y\` -- laurel.z
    FROM LAUREL.orders /* laurel.w */ WHERE mylaurel.b = 1`;
  expect(datasetSql(sql, 'shop_eu')).toBe(`SELECT \`shop_eu\`.f(a), 'laurel.x' AS \`laurel.y\` -- laurel.z
    FROM \`shop_eu\`.orders /* laurel.w */ WHERE mylaurel.b = 1`);
});

test('json_text becomes the function of BigQuery that wants its path as a literal', () => {
  expect(datasetSql("SELECT laurel.json_text(item, '$.price')", 'laurel')).toBe("SELECT JSON_VALUE(item, '$.price')");
});

test('tables are renamed, functions of the same name are not', () => {
  const names = new Map([['orders', '_build_1_orders']]);
  expect(renameTables("SELECT laurel.orders(1), 'laurel.orders' FROM laurel.orders, laurel.orders_2", names)).toBe(
    "SELECT laurel.orders(1), 'laurel.orders' FROM laurel._build_1_orders, laurel.orders_2",
  );
});

test('parameters carry their types, and only those that the statement names are sent', () => {
  const params = { s: 'x', n: 1.5, i: 3, big: 2n ** 60n, none: null, t: new Date(5), list: ['a'], unused: 1 };
  const sql = 'SELECT @s, @n, @i, @big, @none, @t, @s, UNNEST(@list)';
  expect(
    queryParameters(sql, params).map(({ name, parameterType, parameterValue }) => [
      name,
      parameterType.type,
      parameterValue,
    ]),
  ).toEqual([
    ['s', 'STRING', { value: 'x' }],
    ['n', 'FLOAT64', { value: '1.5' }],
    ['i', 'INT64', { value: '3' }],
    ['big', 'INT64', { value: '1152921504606846976' }],
    ['none', 'STRING', { value: null }],
    ['t', 'TIMESTAMP', { value: '1970-01-01T00:00:00.005Z' }],
    ['list', 'ARRAY', { arrayValues: [{ value: 'a' }] }],
  ]);
});
