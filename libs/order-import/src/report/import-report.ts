import type { ColumnMapping } from '../columns/order-columns.js';
import type { LineClass } from '../rules/line-classes.js';

/** A row of the file as an example of a class. */
export interface RowExample {
  readonly row: number;
  readonly order: string | null;
  readonly product: string | null;
  readonly name: string | null;
  readonly quantity: string | number | null;
  readonly price: string | number | null;
  readonly customer: string | null;
  readonly placedAt: string | null;
}

/** How often a class occurred. `rows` counts every row that has this fault, `decided` those whose fate it decided: a row can have several. */
export interface ClassCount {
  readonly class: LineClass;
  readonly outcome: 'refused' | 'repaired';
  readonly why: string;
  readonly rows: number;
  readonly decided: number;
  readonly examples: readonly RowExample[];
}

/** What an import made of a file. `kept` + `repaired` + `refused` = `rows`. Times are RFC 3339 UTC, after any moving of dates. */
export interface ImportReport {
  readonly file: string;
  readonly format: 'csv' | 'parquet' | 'ndjson';
  readonly columns: ColumnMapping;
  readonly assumed: readonly string[];
  readonly rows: number;
  readonly kept: number;
  readonly repaired: number;
  readonly refused: number;
  readonly classes: readonly ClassCount[];
  readonly documents: {
    readonly products: number;
    readonly customers: number;
    readonly orders: number;
    /** Of `orders`, the cancellations and the orders they used up. */
    readonly cancelledOrders: number;
  };
  readonly firstOrderAt: string | null;
  readonly lastOrderAt: string | null;
  readonly movedByWeeks: number;
}
