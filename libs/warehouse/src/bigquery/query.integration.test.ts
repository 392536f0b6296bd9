import { describe, inject } from 'vitest';
import { querySuite } from '../testing/query-suite.js';
import { temporaryBigQuery } from '../testing/temporary-bigquery.js';

const bigquery = inject('bigquery');

describe.runIf(bigquery)('BigQuery', () => {
  if (!bigquery) return;
  querySuite(() => temporaryBigQuery(bigquery), {
    cells: [
      ["'x'", 'x'],
      ['TRUE', true],
      ['CAST(1.5 AS FLOAT64)', 1.5],
      ['CAST(9007199254740991 AS INT64)', 9007199254740991],
      ["CAST('-2.550' AS NUMERIC(38, 9))", '-2.55'],
      ["TIMESTAMP '1969-12-31 23:59:59.9995+00'", new Date(-1)],
      ["DATE '2026-02-28'", '2026-02-28'],
      [`JSON '{"a":[1]}'`, { a: [1] }],
      ["['a', 'b']", ['a', 'b']],
      ['NULL', null],
    ],
    numbers: 'SELECT n FROM UNNEST(GENERATE_ARRAY(0, 9999)) AS n ORDER BY n',
  });
});
