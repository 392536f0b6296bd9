import type { LoggedCollection } from '@laurel/shop';

/** The column of a collection's changelog that names the customer whose data a row carries; products are nobody's. */
export const CUSTOMER_COLUMN = {
  products: undefined,
  customers: '_key',
  orders: 'customerId',
  events: 'user_pseudo_id',
  feedback: 'user_pseudo_id',
} as const satisfies Record<LoggedCollection, string | undefined>;
