import type { DuckDBConnection } from '@duckdb/node-api';
import type { OrderRow, OrderRows } from '../rules/order-rows.js';
import type { SurveyedProduct } from './file-survey.js';
import { textOrNull } from './query.js';

const carried = ['customer', 'order', 'placedAt', 'country', 'currency', 'status'] as const;

/**
 * The rows of `source` gathered by customer and order, rows without customer first. One order at a time is in memory; sorting is DuckDB's,
 * which spills to disk. Text that repeats from row to row crosses into JavaScript once.
 */
export async function* streamOrders(
  db: DuckDBConnection,
  products: readonly SurveyedProduct[],
  rowNumber: (nth: number) => number,
): AsyncGenerator<OrderRows> {
  await keepSurvey(db, products);
  const changed = carried.map(
    (column, bit) => `(CASE WHEN "${column}" IS DISTINCT FROM lag("${column}") OVER () THEN ${1 << bit} ELSE 0 END)`,
  );
  const values = carried.map(
    column => `CASE WHEN "${column}" IS DISTINCT FROM lag("${column}") OVER () THEN "${column}" END`,
  );
  const result = await db.stream(
    `SELECT (${changed.join(' + ')})::INTEGER, ${values.join(', ')}, row_no, product_no, other_name, quantity, price, fingerprint
       FROM (SELECT source.*, (source.rowid + 1)::DOUBLE AS row_no, surveyed.no AS product_no, CASE WHEN source.name IS DISTINCT FROM surveyed.name THEN coalesce(source.name, '') END AS other_name
               FROM source LEFT JOIN surveyed ON source.product = surveyed.id
              ORDER BY customer NULLS FIRST, "order" NULLS FIRST, row_no)`,
  );

  const current: (string | null)[] = carried.map(() => null);
  let rows: OrderRow[] = [];
  for await (const chunk of result) {
    const [changes = [], ...columns] = chunk.getColumns();
    const [rowNos = [], productNos = [], names = [], quantities = [], prices = [], fingerprints = []] = columns.slice(
      carried.length,
    );
    for (const [at, change] of changes.entries()) {
      const mask = Number(change);
      if ((mask & 3) !== 0 && rows.length > 0) {
        yield { customer: current[0] ?? null, order: current[1] ?? null, rows };
        rows = [];
      }
      if (mask !== 0)
        for (let bit = 0; bit < carried.length; bit++)
          if (mask & (1 << bit)) current[bit] = textOrNull(columns[bit]?.[at]);
      const product = productNos[at] === null ? undefined : products[Number(productNos[at])];
      rows.push({
        row: rowNumber(Number(rowNos[at])),
        product: product?.id ?? null,
        otherName: product ? textOrNull(names[at]) : null,
        usualName: product?.name ?? '',
        quantity: cell(quantities[at]),
        price: cell(prices[at]),
        placedAt: current[2] ?? null,
        country: current[3] ?? null,
        currency: current[4] ?? null,
        status: current[5] ?? null,
        fingerprint: fingerprintOf(fingerprints[at]),
      });
    }
  }
  if (rows.length > 0) yield { customer: current[0] ?? null, order: current[1] ?? null, rows };
}

async function keepSurvey(db: DuckDBConnection, products: readonly SurveyedProduct[]): Promise<void> {
  await db.run('CREATE TEMP TABLE surveyed (no INTEGER, id VARCHAR, name VARCHAR)');
  const appender = await db.createAppender('surveyed', null, 'temp');
  for (const [no, { id, name }] of products.entries()) {
    appender.appendInteger(no);
    appender.appendVarchar(id);
    appender.appendVarchar(name);
    appender.endRow();
  }
  appender.closeSync();
}

function cell(value: unknown): string | number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? value : null;
}

function fingerprintOf(value: unknown): bigint {
  return typeof value === 'bigint' ? value : 0n;
}
