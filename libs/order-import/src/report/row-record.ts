import type { LineClass } from '../rules/line-classes.js';
import type { OrderRow } from '../rules/order-rows.js';
import type { RowExample } from './import-report.js';

/** One line of the full report: a row that was repaired or refused, with all its faults and its values as in the file. */
export interface RowRecord extends RowExample {
  readonly outcome: 'repaired' | 'refused';
  readonly classes: readonly LineClass[];
}

/** A row's values as they stand in the file. */
export function exampleOf(row: OrderRow, order: string | null, customer: string | null): RowExample {
  return {
    row: row.row,
    order,
    product: row.product,
    name: row.otherName ?? (row.usualName || null),
    quantity: row.quantity,
    price: row.price,
    customer,
    placedAt: row.placedAt,
  };
}
