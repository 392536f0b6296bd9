import { csvRows, momentOf, numberAboveZero, RowsFormatError } from './csv-rows.js';
import type { OrderLine } from './user-time-split.js';

const COLUMNS = ['customer', 'order', 'placed_at', 'item', 'quantity'] as const;

/**
 * Reads order lines from a file with the columns customer, order, placed_at (RFC 3339), item and quantity.
 * @throws RowsFormatError naming the file and line.
 */
export async function readOrderLines(path: string): Promise<OrderLine[]> {
  const lines: OrderLine[] = [];
  for await (const { values, where } of csvRows(path, COLUMNS)) {
    const [customerId = '', orderId = '', placedAt = '', productId = '', quantity = ''] = values;
    if (customerId === '' || orderId === '' || productId === '') {
      throw new RowsFormatError(`${where}: customer, order and item must not be empty.`);
    }
    lines.push({
      customerId,
      orderId,
      orderedAtMs: momentOf(placedAt, 'placed_at', where),
      productId,
      quantity: numberAboveZero(quantity, 'quantity', where),
    });
  }
  return lines;
}
