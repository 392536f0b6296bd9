import type { TableRows, Warehouse } from '@laurel/warehouse';
import { z } from 'zod';
import type { OrderLine } from '../evaluation/user-time-split.js';

const orderLineRow = z
  .object({
    customer_id: z.string(),
    order_id: z.string(),
    placed_at: z.date(),
    product_id: z.string(),
    quantity: z.string(),
  })
  .transform((row): OrderLine => ({
    customerId: row.customer_id,
    orderId: row.order_id,
    orderedAtMs: row.placed_at.getTime(),
    productId: row.product_id,
    quantity: Number(row.quantity),
  }));

/** Every line of every order that counts, as rows of the warehouse. */
export const COUNTED_LINES: TableRows = {
  table: 'fct_order_lines',
  columns: ['customer_id', 'order_id', 'placed_at', 'product_id', 'quantity'],
  where: 'quantity > 0',
};

/** Every line of every order that counts, by the warehouse's own models, built anew first. */
export async function* countedOrderLines(warehouse: Warehouse): AsyncGenerator<OrderLine> {
  await warehouse.buildModels({ select: ['fct_order_lines'] });
  for await (const batch of warehouse.readTable(COUNTED_LINES, orderLineRow)) yield* batch;
}
