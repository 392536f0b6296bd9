import type { OrderLine } from '../evaluation/user-time-split.js';

const DAY_MS = 86_400_000;

/** One order, as far as churn needs it. */
export interface PastOrder {
  readonly atMs: number;
  readonly products: number;
}

/** The orders of each customer, the oldest first. */
export function ordersOf(lines: Iterable<OrderLine>): Map<string, PastOrder[]> {
  const found = new Map<string, Map<string, { atMs: number; products: number }>>();
  for (const { customerId, orderId, orderedAtMs } of lines) {
    const orders = found.get(customerId) ?? new Map<string, { atMs: number; products: number }>();
    found.set(customerId, orders);
    const order = orders.get(orderId) ?? { atMs: orderedAtMs, products: 0 };
    order.atMs = Math.min(order.atMs, orderedAtMs);
    order.products += 1;
    orders.set(orderId, order);
  }
  return new Map(
    [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([customer, orders]) => [customer, [...orders.values()].sort((a, b) => a.atMs - b.atMs)]),
  );
}

/** What is told about a customer at a moment, in this order. All 0 or more; times are in days. */
export const CHURN_FEATURES = [
  'recency',
  'orders',
  'tenure',
  'gap',
  'recencyInGaps',
  'ordersLately',
  'products',
] as const;

/** {@link CHURN_FEATURES} of a customer's orders before a moment; undefined where there is none. */
export function featuresAt(orders: readonly PastOrder[], atMs: number, lateDays: number): number[] | undefined {
  const past = orders.filter(order => order.atMs <= atMs);
  const [first, last] = [past[0], past.at(-1)];
  if (!first || !last) return undefined;
  const recency = (atMs - last.atMs) / DAY_MS;
  const tenure = (atMs - first.atMs) / DAY_MS;
  const gap = past.length > 1 ? (last.atMs - first.atMs) / DAY_MS / (past.length - 1) : tenure;
  const lately = past.filter(order => order.atMs > atMs - lateDays * DAY_MS).length;
  const products = past.reduce((sum, order) => sum + order.products, 0) / past.length;
  return [recency, past.length, tenure, gap, recency / Math.max(1, gap), lately, products];
}

/** Whether a customer orders within so many days after a moment. */
export function ordersWithin(orders: readonly PastOrder[], atMs: number, days: number): boolean {
  return orders.some(order => order.atMs > atMs && order.atMs <= atMs + days * DAY_MS);
}
