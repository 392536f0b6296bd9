import { DuckDBInstance, type DuckDBConnection, type Json } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Money } from './money.js';

let instance: DuckDBInstance;
let duckdb: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  duckdb = await instance.connect();
});
afterAll(() => {
  duckdb.closeSync();
  instance.closeSync();
});

/** What DuckDB makes of `expression` for each row of texts, in order. */
async function computed(expression: string, rows: readonly (readonly string[])[]): Promise<Json[]> {
  await duckdb.run('CREATE OR REPLACE TEMP TABLE input (position INTEGER, a VARCHAR, b VARCHAR)');
  const appender = await duckdb.createAppender('input');
  for (const [position, [a = '', b = '']] of rows.entries()) {
    appender.appendInteger(position);
    appender.appendVarchar(a);
    appender.appendVarchar(b);
    appender.endRow();
  }
  appender.closeSync();
  const reader = await duckdb.runAndReadAll(`SELECT ${expression} FROM input ORDER BY position`);
  return reader.getColumnsJson()[0] ?? [];
}

/** DuckDB 1.5 reads a text with an exponent under −10 by its first digit alone (5e-11 becomes a billionth), so nothing smaller is compared. */
const smallest = 1e-10;

const prices = fc.oneof(
  fc.integer({ min: 0, max: 10 ** 9 }).map(cents => cents / 100),
  fc.double({ min: smallest, max: 9_999_999_999, noNaN: true }),
  fc.double({ min: smallest, max: 1e-6, noNaN: true }),
  fc.constantFrom(0.1 + 0.2, 1.0000000005, 2.5e-9, 5e-10, 4.9999999999e-10, 9_999_999_999.999),
);
const signed = fc.tuple(prices, fc.boolean()).map(([value, negative]) => (negative ? -value : value));
const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: 4000, seed: 7 });

describe('Money and a DECIMAL(38, 9) of DuckDB', () => {
  it('read the same amount from a number as JSON writes it', async () => {
    const numbers = sample(signed);
    const theirs = await computed(
      'CAST(CAST(a AS DECIMAL(38, 9)) AS VARCHAR)',
      numbers.map(number => [String(number)]),
    );
    const differing = numbers.filter((number, i) => Money.of(number) !== Money.of(String(theirs[i])));
    expect(differing).toEqual([]);
  });

  it('multiply price and quantity to the same last digit', async () => {
    const pairs = sample(
      fc.tuple(
        signed,
        fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: smallest, max: 9_999_999_999, noNaN: true })),
      ),
    );
    const theirs = await computed(
      'CAST(CAST(CAST(a AS DECIMAL(38, 9)) * CAST(b AS DECIMAL(38, 9)) AS DECIMAL(38, 9)) AS VARCHAR)',
      pairs.map(pair => pair.map(String)),
    );
    const differing = pairs.filter(
      ([price, quantity], i) => Money.times(Money.of(price), Money.of(quantity)) !== Money.of(String(theirs[i])),
    );
    expect(differing).toEqual([]);
  });

  it('stay exact at the largest price and quantity a document may have', async () => {
    const [product] = await computed(
      'CAST(CAST(CAST(a AS DECIMAL(38, 9)) * CAST(b AS DECIMAL(38, 9)) AS DECIMAL(38, 9)) AS VARCHAR)',
      [['9999999999.999999', '9999999999.999999']],
    );
    expect(Money.of(String(product))).toBe(Money.times(Money.of('9999999999.999999'), Money.of('9999999999.999999')));
  });

  it('become the same double', async () => {
    const amounts = sample(
      fc.oneof(
        signed.map(value => Money.of(value)),
        fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
      ),
    );
    const theirs = await computed(
      'CAST(CAST(a AS DECIMAL(38, 9)) AS DOUBLE)',
      amounts.map(amount => [Money.toString(amount)]),
    );
    const differing = amounts.filter((amount, i) => !Object.is(Money.toNumber(amount) + 0, Number(theirs[i]) + 0));
    expect(differing.map(amount => Money.toString(amount))).toEqual([]);
  });
});
