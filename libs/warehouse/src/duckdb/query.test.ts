import { expect, test } from 'vitest';
import { querySuite } from '../testing/query-suite.js';
import { temporaryDuckDb } from '../testing/temporary-duckdb.js';
import { bindParameters } from './query-parameters.js';

querySuite(temporaryDuckDb, {
  cells: [
    ["'x'", 'x'],
    ['TRUE', true],
    ['CAST(1.5 AS DOUBLE)', 1.5],
    ['CAST(9007199254740991 AS BIGINT)', 9007199254740991],
    ["CAST('-2.550' AS DECIMAL(38, 9))", '-2.55'],
    ["CAST('-0.0000000000015' AS DECIMAL(38, 18))", '-0.0000000000015'],
    ["TIMESTAMP '1969-12-31 23:59:59.9995'", new Date(-1)],
    ["DATE '2026-02-28'", '2026-02-28'],
    [`CAST('{"a":[1]}' AS JSON)`, { a: [1] }],
    ["['a', 'b']", ['a', 'b']],
    ['NULL', null],
  ],
  numbers: 'SELECT n FROM range(10000) AS t(n)',
});

test('parameters are left alone in text, names and comments', () => {
  const sql = `SELECT '@a''@b', "@c" -- @d\n /* @e */ , @f`;
  expect(bindParameters(sql, { f: 1 }).sql).toBe(`SELECT '@a''@b', "@c" -- @d\n /* @e */ , $f`);
});
