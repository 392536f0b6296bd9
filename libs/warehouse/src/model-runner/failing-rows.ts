import type { ModelTest } from './model-declaration.js';

/** A test as SQL: its name, and a SELECT that gives the rows that fail. */
export interface FailingRows {
  readonly test: string;
  readonly sql: string;
  readonly severity: 'error' | 'warn';
}

/** The SELECTs behind one declared test (one per column for `not_null`). `now` is what freshness is measured from. */
export function failingRows(model: string, test: ModelTest, now: Date): FailingRows[] {
  const { severity } = test;
  const from = `laurel.${model}`;
  if ('not_null' in test) {
    return test.not_null.map(column => ({
      test: `not_null(${column})`,
      sql: `SELECT * FROM ${from} WHERE ${column} IS NULL`,
      severity,
    }));
  }
  if ('unique' in test) {
    const columns = test.unique.join(', ');
    return [
      {
        test: `unique(${columns})`,
        sql: `SELECT ${columns}, COUNT(*) AS copies FROM ${from} GROUP BY ${columns} HAVING COUNT(*) > 1`,
        severity,
      },
    ];
  }
  if ('relationship' in test) {
    const { column, to, key } = test.relationship;
    return [
      {
        test: `relationship(${column} → ${to}.${key})`,
        sql: `SELECT ${column} FROM ${from} WHERE ${column} IS NOT NULL AND ${column} NOT IN (SELECT ${key} FROM laurel.${to} WHERE ${key} IS NOT NULL)`,
        severity,
      },
    ];
  }
  if ('accepted_values' in test) {
    const { column, values } = test.accepted_values;
    const list = values.map(value => `'${value.replaceAll("'", "''")}'`).join(', ');
    return [
      {
        test: `accepted_values(${column})`,
        sql: `SELECT * FROM ${from} WHERE ${column} IS NOT NULL AND ${column} NOT IN (${list})`,
        severity,
      },
    ];
  }
  if ('freshness' in test) {
    const { column, max_age_hours: hours } = test.freshness;
    const oldest = new Date(now.getTime() - hours * 3_600_000).toISOString().replace('T', ' ').replace('Z', '');
    return [
      {
        test: `freshness(${column}, ${hours} h)`,
        sql: `SELECT MAX(${column}) AS newest FROM ${from} HAVING MAX(${column}) < TIMESTAMP '${oldest}'`,
        severity,
      },
    ];
  }
  return [{ test: `holds(${test.holds})`, sql: `SELECT * FROM ${from} WHERE NOT (${test.holds})`, severity }];
}
