import type { TableRows, Warehouse } from '@laurel/warehouse';
import { z } from 'zod';
import type { ProductInterest } from '../evaluation/product-interest.js';

const TABLE = 'fct_product_interests';
const COLUMNS = ['customer_id', 'product_id', 'kind', 'first_at'];

const interestRow = z
  .object({ customer_id: z.string(), product_id: z.string(), kind: z.enum(['view', 'cart']), first_at: z.date() })
  .transform((row): ProductInterest => ({
    customerId: row.customer_id,
    productId: row.product_id,
    kind: row.kind,
    atMs: row.first_at.getTime(),
  }));

/** The same rows that {@link productInterests} reads, for statements of BigQuery. */
export function interestRows(days: number): TableRows {
  return {
    table: TABLE,
    columns: COLUMNS,
    where: `day >= DATE_SUB((SELECT MAX(day) FROM laurel.${TABLE}), INTERVAL ${days - 1} DAY)`,
  };
}

const newestDay = z.object({ day: z.iso.date().nullable() });
const DAY_MS = 86_400_000;

/**
 * What customers looked at and put into the cart on the last so many days that the shop recorded any of it, by the warehouse's own model, built anew first.
 */
export async function* productInterests(warehouse: Warehouse, days: number): AsyncGenerator<ProductInterest> {
  await warehouse.buildModels({ select: [TABLE] });
  const [newest] = await warehouse.query(`SELECT MAX(day) AS day FROM laurel.${TABLE}`, newestDay);
  if (!newest?.day) return;
  const since = new Date(Date.parse(newest.day) - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const rows: TableRows = {
    table: TABLE,
    columns: COLUMNS,
    where: `day >= '${since}'`,
  };
  for await (const batch of warehouse.readTable(rows, interestRow)) yield* batch;
}
