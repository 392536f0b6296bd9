import { randomBytes } from 'node:crypto';
import { type ChangelogRow, openWarehouse, type TableRows, type Warehouse } from '@laurel/warehouse';
import { z } from 'zod';
import type { OrderLine } from '../../../evaluation/user-time-split.js';
import { Random } from '../../../random/random.js';

/** The lines of all orders, as a table of the dataset. */
export const LINES: TableRows = {
  table: 'fct_order_lines',
  columns: ['customer_id', 'order_id', 'placed_at', 'product_id', 'quantity'],
  where: 'quantity > 0',
};

const lineRow = z
  .object({
    customer_id: z.string(),
    order_id: z.string(),
    placed_at: z.date(),
    product_id: z.string(),
    quantity: z.string(),
  })
  .transform((line): OrderLine => ({
    customerId: line.customer_id,
    orderId: line.order_id,
    orderedAtMs: line.placed_at.getTime(),
    productId: line.product_id,
    quantity: Number(line.quantity),
  }));

/** From one to twelve orders of each customer, two at the same moment, of products of the customer's taste; the same each time. */
export function orderLines(customers: number): OrderLine[] {
  const random = new Random(4);
  const lines: OrderLine[] = [];
  for (let customer = 0; customer < customers; customer++) {
    for (let order = 0; order <= customer % 12; order++) {
      const orderId = `o${random.nextInt(1000)}-${customer}-${order}`;
      const orderedAtMs = Date.UTC(2026, 0, 1 + Math.floor(order / 2));
      for (let line = 0; line <= random.nextInt(3); line++) {
        const productId = `p${(customer % 2) * 8 + random.nextInt(8) + line}`;
        lines.push({ customerId: `c${customer}`, orderId, orderedAtMs, productId, quantity: 1 + random.nextInt(4) });
      }
    }
  }
  return lines;
}

/** A dataset of its own with these orders, and the models that training reads. */
export async function shopInBigQuery(
  endpoints: { readonly project: string; readonly apiEndpoint?: string; readonly storageEndpoint?: string },
  lines: readonly OrderLine[],
  dataset = `test_${randomBytes(6).toString('hex')}`,
): Promise<Warehouse> {
  const bigquery = { ...endpoints, dataset };
  const warehouse = await openWarehouse({ warehouse: 'bigquery', duckdbPath: '', bigquery });
  await warehouse.append({ topic: 'shop', partition: 0, rows: ordersOf(lines), position: null });
  await warehouse.buildModels({ select: ['fct_order_lines', 'user_features'], asOf: new Date('2026-06-01') });
  return warehouse;
}

/** The lines as training reads them. */
export async function* storedLines(warehouse: Warehouse): AsyncGenerator<OrderLine> {
  for await (const batch of warehouse.readTable(LINES, lineRow)) yield* batch;
}

function ordersOf(lines: readonly OrderLine[]): ChangelogRow[] {
  return [...Map.groupBy(lines, line => line.orderId)].map(([orderId, items], at) => ({
    collection: 'orders',
    eventId: `e${at}`,
    seq: `000001/${String(at).padStart(16, '0')}`,
    op: 'c',
    key: orderId,
    sourceTs: new Date(),
    partition: 0,
    offset: BigInt(at),
    document: {
      _id: orderId,
      customerId: items[0]?.customerId,
      placedAt: new Date(items[0]?.orderedAtMs ?? 0),
      status: 'paid',
      currency: 'GBP',
      items: items.map(({ productId, quantity }) => ({ productId, name: productId, quantity, price: 2.5 })),
    },
  }));
}
