import type { OrderLine, OrderStatus } from '@laurel/shop';
import type { LineClass } from './line-classes.js';
import type { OrderDraft } from './order-draft.js';
import type { OrderRow, OrderRows } from './order-rows.js';
import { tidyName } from './product-name.js';
import { readOrderStatus } from './order-status.js';

/** What the rules need to know of the file and its shop. */
export interface OrderRules {
  readonly isProduct: (productId: string) => boolean;
  readonly isCancellation: (orderId: string) => boolean;
  /** The customer an order belongs to where the file names several; undefined where it names one. */
  readonly customerOf: (orderId: string) => string | undefined;
  readonly readTimeMs: (text: string | null) => number;
  readonly readNumber: (value: string | number | null) => number;
  readonly defaultCurrency: string;
}

/** A row with its faults, in the order in which they decide. */
export interface JudgedRow {
  readonly row: OrderRow;
  readonly faults: readonly LineClass[];
}

/** What an order's rows came to: the order, unless all its rows were refused, and the faults of each row. */
export interface ReadOrder {
  readonly draft: OrderDraft | undefined;
  readonly judged: readonly JudgedRow[];
}

const NO_FAULTS: readonly LineClass[] = [];

/**
 * Reads the rows of one order by the rules. Lines of one product at one price become one line. Every fault of a row is told, also of one
 * refused for another.
 */
export function readOrder({ order, customer, rows }: OrderRows, rules: OrderRules): ReadOrder {
  const orderFaults = faultsOfOrder(order, customer, rules);
  const isCancellation = order !== null && rules.isCancellation(order);
  const seen = new Set<bigint>();
  const lines = new Map<string, OrderLine>();
  const judged: { row: OrderRow; faults: readonly LineClass[]; timeMs: number; kept: boolean }[] = [];
  let placedAtMs = Infinity;
  let status: OrderStatus | undefined;
  let currency: string | undefined;
  let country: string | undefined;

  for (const row of rows) {
    const quantity = rules.readNumber(row.quantity);
    const price = rules.readNumber(row.price);
    const timeMs = rules.readTimeMs(row.placedAt);
    const rowStatus = row.status === null ? undefined : readOrderStatus(row.status);
    const refusals: LineClass[] = [...orderFaults];
    if (row.product === null) refusals.push('no-product');
    if (Number.isNaN(timeMs)) refusals.push('unreadable-date');
    if (Number.isNaN(quantity)) refusals.push('unreadable-quantity');
    if (Number.isNaN(price)) refusals.push('unreadable-price');
    if (row.status !== null && rowStatus === undefined) refusals.push('unknown-status');
    if (row.product !== null && !rules.isProduct(row.product)) refusals.push('not-a-product');
    if (price <= 0) refusals.push('price-not-positive');
    if (quantity === 0 || (quantity < 0 && !isCancellation)) refusals.push('quantity-not-positive');
    const isDuplicate = seen.has(row.fingerprint);
    seen.add(row.fingerprint);
    const repairs = repairsOf(row, isDuplicate, isCancellation);
    const kept = refusals.length === 0;
    judged.push({ row, faults: kept && repairs.length === 0 ? NO_FAULTS : [...refusals, ...repairs], timeMs, kept });
    if (!kept || isDuplicate || row.product === null) continue;

    placedAtMs = Math.min(placedAtMs, timeMs);
    status ??= rowStatus;
    currency ??= row.currency ?? undefined;
    country ??= row.country ?? undefined;
    const key = `${price} ${row.product}`;
    const line = lines.get(key);
    if (line) line.quantity += Math.abs(quantity);
    else lines.set(key, { productId: row.product, name: row.usualName, quantity: Math.abs(quantity), price });
  }

  const withTimes = judged.map(({ row, faults, timeMs, kept }) => ({
    row,
    faults: kept && timeMs !== placedAtMs ? [...faults, 'other-time' as const] : faults,
  }));
  if (lines.size === 0 || order === null || customer === null) return { draft: undefined, judged: withTimes };
  return {
    draft: {
      id: order,
      customerId: customer,
      placedAtMs,
      status,
      isCancellation,
      currency: currency ?? rules.defaultCurrency,
      country,
      items: [...lines.values()],
    },
    judged: withTimes,
  };
}

function faultsOfOrder(order: string | null, customer: string | null, rules: OrderRules): readonly LineClass[] {
  const faults: LineClass[] = [];
  if (order === null) faults.push('no-order');
  if (customer === null) faults.push('no-customer');
  const owner = order === null ? undefined : rules.customerOf(order);
  if (customer !== null && owner !== undefined && owner !== customer) faults.push('second-customer');
  return faults;
}

function repairsOf(row: OrderRow, isDuplicate: boolean, isCancellation: boolean): readonly LineClass[] {
  const repairs: LineClass[] = [];
  if (isDuplicate) repairs.push('exact-duplicate');
  if (isCancellation) repairs.push('cancellation');
  if (row.otherName !== null) repairs.push(tidyName(row.otherName) === row.usualName ? 'untidy-name' : 'other-name');
  return repairs;
}
