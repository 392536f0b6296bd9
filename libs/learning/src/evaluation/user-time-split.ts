import { dayOf, type Split, type SplitRow } from './split.js';

/** One line of an order, as far as a split needs it. */
export interface OrderLine {
  readonly customerId: string;
  readonly orderId: string;
  readonly orderedAtMs: number;
  readonly productId: string;
  /** Above 0. */
  readonly quantity: number;
}

/** From when on a customer's orders are validation, and test. Without validation both are the same. */
export interface SplitTimes {
  readonly validationFromMs: number;
  readonly testFromMs: number;
}

/** A row whose day is known. */
type DatedRow = SplitRow & { readonly day: number };

/** A split of orders, with the times of the customers who have a test. */
export interface TimeSplit extends Split<DatedRow[]> {
  readonly times: ReadonlyMap<string, SplitTimes>;
}

/**
 * Splits every customer's orders by time: the last fifth (at least one, of customers with two orders or more) is test,
 * the last fifth of the rest (at least one, of customers with three or more) validation. Orders go by their first
 * line, ties by id. Validation and test keep only items the customer had not bought before.
 */
export function userTimeSplit(lines: Iterable<OrderLine>): TimeSplit {
  const split = { train: [] as DatedRow[], validation: [] as DatedRow[], test: [] as DatedRow[] };
  const times = new Map<string, SplitTimes>();
  const customers = [...ordersByCustomer(lines)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [customer, orders] of customers) {
    const ordered = [...orders].sort(([a, x], [b, y]) => x.atMs - y.atMs || (a < b ? -1 : 1)).map(([, order]) => order);
    const testFrom = ordered.length < 2 ? ordered.length : ordered.length - Math.max(1, Math.floor(ordered.length / 5));
    const validationFrom = ordered.length < 3 ? testFrom : testFrom - Math.max(1, Math.floor(testFrom / 5));
    const [firstOfValidation, firstOfTest] = [ordered[validationFrom], ordered[testFrom]];
    if (firstOfValidation && firstOfTest)
      times.set(customer, { validationFromMs: firstOfValidation.atMs, testFromMs: firstOfTest.atMs });
    const seen = new Set<string>();
    addPart(customer, ordered.slice(0, validationFrom), seen, split.train);
    addPart(customer, ordered.slice(validationFrom, testFrom), seen, split.validation);
    addPart(customer, ordered.slice(testFrom), seen, split.test);
  }
  return { ...split, times };
}

interface Order {
  atMs: number;
  readonly quantities: Map<string, number>;
}

function ordersByCustomer(lines: Iterable<OrderLine>): Map<string, Map<string, Order>> {
  const customers = new Map<string, Map<string, Order>>();
  for (const { customerId, orderId, orderedAtMs, productId, quantity } of lines) {
    const orders = customers.get(customerId) ?? new Map<string, Order>();
    customers.set(customerId, orders);
    const order = orders.get(orderId) ?? { atMs: orderedAtMs, quantities: new Map<string, number>() };
    orders.set(orderId, order);
    order.atMs = Math.min(order.atMs, orderedAtMs);
    order.quantities.set(productId, (order.quantities.get(productId) ?? 0) + quantity);
  }
  return customers;
}

function addPart(customer: string, orders: readonly Order[], seen: Set<string>, into: DatedRow[]): void {
  const bought = new Map<string, { quantity: number; day: number }>();
  for (const { atMs, quantities } of orders) {
    const day = dayOf(atMs);
    for (const [item, quantity] of quantities) {
      if (!seen.has(item)) bought.set(item, { quantity: (bought.get(item)?.quantity ?? 0) + quantity, day });
    }
  }
  const items = [...bought].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [item, { quantity, day }] of items) into.push({ customer, item, quantity, day });
  for (const item of bought.keys()) seen.add(item);
}
