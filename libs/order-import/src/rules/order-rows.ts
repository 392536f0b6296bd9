/** One row of an order file, as it stands there. `row` counts the file's data rows from 1. */
export interface OrderRow {
  readonly row: number;
  readonly product: string | null;
  /** The name as in the file where it differs from `usualName`, else null. */
  readonly otherName: string | null;
  readonly usualName: string;
  readonly quantity: string | number | null;
  readonly price: string | number | null;
  readonly placedAt: string | null;
  readonly country: string | null;
  readonly currency: string | null;
  readonly status: string | null;
  /** Equal for rows of an order that are equal in every column of the file. */
  readonly fingerprint: bigint;
}

/** The rows that carry one order id and one customer, in the order of the file. */
export interface OrderRows {
  readonly order: string | null;
  readonly customer: string | null;
  readonly rows: readonly OrderRow[];
}
