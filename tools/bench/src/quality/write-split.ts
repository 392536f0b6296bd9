import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Splits the sample's orders by customer: the last fifth of a customer's orders, at least one, is the test where there are two or more, the
 * last fifth of the rest validation where there are three or more. Kept are lines with a customer, a quantity and a price above 0 and a stock
 * code that begins with five digits, of orders that were not cancelled. Validation and test hold only what the customer had not bought
 * before. Writes train.csv, validation.csv and test.csv; `placed_at` is the day of the last of a customer's orders in the part that had the product.
 */
export async function writeSplit(ordersPath: string, folder: string): Promise<void> {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    await connection.run(
      `CREATE TABLE lines AS
       SELECT "Customer ID"::BIGINT AS customer, Invoice::VARCHAR AS "order", StockCode AS item, Quantity AS quantity,
         strptime(InvoiceDate, '%Y-%m-%d %H:%M:%S') AS placed_at
       FROM read_parquet($path)
       WHERE "Customer ID" IS NOT NULL AND Invoice::VARCHAR NOT LIKE 'C%' AND Quantity > 0 AND Price > 0
         AND regexp_matches(StockCode, '^[0-9]{5}')`,
      { path: ordersPath },
    );
    await connection.run(
      `CREATE TABLE bought AS
       WITH placed AS (
         SELECT customer, "order", count(*) OVER (PARTITION BY customer) AS orders,
           row_number() OVER (PARTITION BY customer ORDER BY min(placed_at), "order") AS nth
         FROM lines GROUP BY customer, "order"
       ), sized AS (
         SELECT *, CASE WHEN orders < 2 THEN 0 ELSE greatest(1, orders // 5) END AS tested FROM placed
       ), parted AS (
         SELECT customer, "order", CASE
           WHEN nth > orders - tested THEN 2
           WHEN orders >= 3 AND nth > orders - tested - greatest(1, (orders - tested) // 5) THEN 1
           ELSE 0 END AS part
         FROM sized
       )
       SELECT customer, item, part, sum(quantity) AS quantity, max(placed_at)::DATE AS placed_at FROM lines JOIN parted USING (customer, "order") GROUP BY ALL`,
    );
    for (const [part, name] of ['train', 'validation', 'test'].entries()) {
      await connection.run(
        `COPY (
           SELECT customer, item, quantity, placed_at FROM bought b
           WHERE part = ${part} AND NOT EXISTS (
             FROM bought e WHERE e.customer = b.customer AND e.item = b.item AND e.part < ${part})
           ORDER BY customer, item
         ) TO '${join(folder, `${name}.csv`).replaceAll("'", "''")}' (HEADER)`,
      );
    }
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}
