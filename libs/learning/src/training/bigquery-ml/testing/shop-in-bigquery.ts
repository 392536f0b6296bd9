import { randomBytes } from 'node:crypto';
import {
  type ChangelogRow,
  openWarehouse,
  type PlainDocument,
  type TableRows,
  type Warehouse,
} from '@laurel/warehouse';
import { z } from 'zod';
import type { ProductInterest } from '../../../evaluation/product-interest.js';
import type { OrderLine } from '../../../evaluation/user-time-split.js';
import { Random } from '../../../random/random.js';

const DAY_MS = 86_400_000;

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

/** Looks of every customer at two products, and one of them put into the cart a day later. */
export function interestsIn(lines: readonly OrderLine[]): ProductInterest[] {
  return [...Map.groupBy(lines, line => line.customerId)].flatMap(([customerId, own], at) => {
    const [product = '', other = ''] = own.map(({ productId }) => productId).reverse();
    const atMs = Date.UTC(2026, 0, 20 + (at % 5), 12);
    return [
      { customerId, productId: product, kind: 'view' as const, atMs },
      { customerId, productId: other || product, kind: 'view' as const, atMs: atMs + 3 * DAY_MS },
      { customerId, productId: product, kind: 'cart' as const, atMs: atMs + DAY_MS },
    ];
  });
}

/** A dataset of its own with these orders, and the models that training reads. */
export async function shopInBigQuery(
  endpoints: { readonly project: string; readonly apiEndpoint?: string; readonly storageEndpoint?: string },
  lines: readonly OrderLine[],
  interests: readonly ProductInterest[] = [],
  dataset = `test_${randomBytes(6).toString('hex')}`,
): Promise<Warehouse> {
  const bigquery = { ...endpoints, dataset };
  const warehouse = await openWarehouse({ warehouse: 'bigquery', duckdbPath: '', bigquery });
  const rows = [...ordersOf(lines), ...eventsOf(interests)];
  await warehouse.append({ topic: 'shop', partition: 0, rows, position: null });
  await warehouse.buildModels({ select: ['fct_order_lines', 'user_features'], asOf: new Date('2026-06-01') });
  return warehouse;
}

/** The lines as training reads them. */
export async function* storedLines(warehouse: Warehouse): AsyncGenerator<OrderLine> {
  for await (const batch of warehouse.readTable(LINES, lineRow)) yield* batch;
}

function ordersOf(lines: readonly OrderLine[]): ChangelogRow[] {
  return [...Map.groupBy(lines, line => line.orderId)].map(([orderId, items], at) =>
    created('orders', at, {
      _id: orderId,
      customerId: items[0]?.customerId,
      placedAt: new Date(items[0]?.orderedAtMs ?? 0),
      status: 'paid',
      currency: 'GBP',
      items: items.map(({ productId, quantity }) => ({ productId, name: productId, quantity, price: 2.5 })),
    }),
  );
}

function eventsOf(interests: readonly ProductInterest[]): ChangelogRow[] {
  return interests.map(({ customerId, productId, kind, atMs }, at) =>
    created('events', at, {
      _id: `i${at}`,
      event_name: kind === 'view' ? 'view_item' : 'add_to_cart',
      event_timestamp: atMs * 1000,
      user_pseudo_id: customerId,
      items: [{ item_id: productId }],
    }),
  );
}

function created(
  collection: ChangelogRow['collection'],
  at: number,
  document: PlainDocument & { _id: string },
): ChangelogRow {
  const seq = `000001/${String(at).padStart(16, '0')}`;
  const change = { collection, eventId: `${collection}-${at}`, seq, op: 'c' as const, key: document._id };
  return { ...change, sourceTs: new Date(), partition: 0, offset: BigInt(at), document };
}
