import type { DuckDBConnection } from '@duckdb/node-api';
import { chooseProductName, type NameCount } from '../rules/product-name.js';
import { dateOrderOf, type DateOrder } from '../values/order-time.js';
import { textOrNull, wholeNumbers } from './query.js';

/** A product by the rows that name it. `category` is the one most rows give. */
export interface SurveyedProduct {
  readonly id: string;
  readonly name: string;
  readonly category: string | undefined;
}

/** How many rows `source` has. */
export async function countRows(db: DuckDBConnection): Promise<number> {
  return (await wholeNumbers(db, 'SELECT count(*) FROM source'))[0] ?? 0;
}

/** The products of `source` in order of id, with the names they go by; a product without any usable name goes by its id. */
export async function surveyProducts(db: DuckDBConnection): Promise<readonly SurveyedProduct[]> {
  const categories = new Map<string, string>();
  for (const [id, category] of await rowsOf(
    db,
    `SELECT product, category FROM source WHERE product IS NOT NULL AND category IS NOT NULL
      GROUP BY product, category QUALIFY row_number() OVER (PARTITION BY product ORDER BY count(*) DESC, category) = 1`,
  ))
    categories.set(id ?? '', category ?? '');
  const names = new Map<string, NameCount[]>();
  for (const [id, name, count] of await rowsOf(
    db,
    `SELECT product, name, count(*) FILTER (customer IS NOT NULL) FROM source WHERE product IS NOT NULL GROUP BY ALL ORDER BY product, name`,
  )) {
    const known = names.get(id ?? '');
    const counted = { name: name ?? '', count: Number(count) };
    if (known) known.push(counted);
    else names.set(id ?? '', [counted]);
  }
  return [...names].map(([id, counts]) => ({
    id,
    name: chooseProductName(counts) ?? id,
    category: categories.get(id),
  }));
}

/** Of orders that rows give to several customers, the customer of the first row. */
export async function surveySharedOrders(db: DuckDBConnection): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf(
    db,
    `SELECT "order", arg_min(customer, rowid) FROM source WHERE "order" IS NOT NULL AND customer IS NOT NULL
      GROUP BY "order" HAVING min(customer) <> max(customer)`,
  );
  return new Map(rows.map(([order, customer]) => [order ?? '', customer ?? '']));
}

/** Whether order numbers of the form C + digit mark cancellations here: most of their rows have a negative quantity. */
export async function surveyCancellations(db: DuckDBConnection): Promise<boolean> {
  const [marked = 0, negative = 0] = await wholeNumbers(
    db,
    `SELECT unnest([count(*), count(*) FILTER (quantity::VARCHAR LIKE '-%')]) FROM source WHERE "order" LIKE 'C%' AND regexp_matches("order", '^C\\d')`,
  );
  return negative * 2 > marked;
}

/** Whether dates with the year last put the day or the month first; undefined when there are none, `'undecided'` or `'mixed'` otherwise. */
export async function surveyDateOrder(db: DuckDBConnection): Promise<DateOrder | 'undecided' | 'mixed' | undefined> {
  const greatest = (group: number): string => `coalesce(max(parts[${group}]::INTEGER), 0)`;
  const [first = 0, second = 0] = await wholeNumbers(
    db,
    `SELECT unnest([${greatest(1)}, ${greatest(2)}])
       FROM (SELECT regexp_extract_all("placedAt", '\\d{1,2}') AS parts FROM source WHERE regexp_matches("placedAt", '^\\s*\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{4}'))`,
  );
  if (first === 0) return undefined;
  return dateOrderOf(first, second) ?? 'undecided';
}

/** The greatest time among rows with a customer, by `readTimeMs`; -Infinity when none can be read. Streams. */
export async function surveyLastTimeMs(
  db: DuckDBConnection,
  readTimeMs: (text: string | null) => number,
): Promise<number> {
  const result = await db.stream(
    'SELECT DISTINCT "placedAt" FROM source WHERE customer IS NOT NULL AND "placedAt" IS NOT NULL',
  );
  let lastMs = -Infinity;
  for await (const chunk of result) {
    for (const text of chunk.getColumnValues(0)) {
      const timeMs = readTimeMs(textOrNull(text));
      if (timeMs > lastMs) lastMs = timeMs;
    }
  }
  return lastMs;
}

async function rowsOf(db: DuckDBConnection, query: string): Promise<readonly (readonly (string | null)[])[]> {
  return (await db.runAndReadAll(query)).getRows().map(row => row.map(textOrNull));
}
