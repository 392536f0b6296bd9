import type { Split, SplitRow } from './split.js';
import type { OrderLine } from './user-time-split.js';

/** Texts by number, in the order they first came. */
class IdTable {
  readonly ids: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#numbers.set(id, this.ids.length);
    this.ids.push(id);
    return this.ids.length - 1;
  }
}

/** Rows as a few arrays, quick to hand to a worker thread. */
export interface PackedRows {
  readonly customers: readonly string[];
  readonly items: readonly string[];
  readonly orders: readonly string[];
  readonly customer: Int32Array;
  readonly item: Int32Array;
  readonly order: Int32Array;
  readonly atMs: Float64Array;
  readonly quantity: Float64Array;
}

/** Collects order lines into {@link PackedRows}. */
export class OrderLinePacker {
  readonly #customers = new IdTable();
  readonly #items = new IdTable();
  readonly #orders = new IdTable();
  readonly #rows: [customer: number, item: number, order: number, atMs: number, quantity: number][] = [];

  get length(): number {
    return this.#rows.length;
  }

  get customerCount(): number {
    return this.#customers.ids.length;
  }

  get itemCount(): number {
    return this.#items.ids.length;
  }

  /** Customers with two orders or more. */
  get returningCustomerCount(): number {
    const firstOrder = new Map<number, number>();
    const returning = new Set<number>();
    for (const [customer, , order] of this.#rows) {
      const first = firstOrder.get(customer) ?? order;
      firstOrder.set(customer, first);
      if (first !== order) returning.add(customer);
    }
    return returning.size;
  }

  add(line: OrderLine): void {
    this.#rows.push([
      this.#customers.number(line.customerId),
      this.#items.number(line.productId),
      this.#orders.number(line.orderId),
      line.orderedAtMs,
      line.quantity,
    ]);
  }

  pack(): PackedRows {
    return {
      customers: this.#customers.ids,
      items: this.#items.ids,
      orders: this.#orders.ids,
      customer: Int32Array.from(this.#rows, row => row[0]),
      item: Int32Array.from(this.#rows, row => row[1]),
      order: Int32Array.from(this.#rows, row => row[2]),
      atMs: Float64Array.from(this.#rows, row => row[3]),
      quantity: Float64Array.from(this.#rows, row => row[4]),
    };
  }
}

/** The order lines of {@link OrderLinePacker.pack}, in the order they came. */
export function* unpackOrderLines(rows: PackedRows): Generator<OrderLine> {
  for (let at = 0; at < rows.customer.length; at++) {
    yield {
      customerId: rows.customers[rows.customer[at]!]!,
      productId: rows.items[rows.item[at]!]!,
      orderId: rows.orders[rows.order[at]!]!,
      orderedAtMs: rows.atMs[at]!,
      quantity: rows.quantity[at]!,
    };
  }
}

const PARTS = ['train', 'validation', 'test'] as const;

/** A split as rows whose order number is the part: 0 train, 1 validation, 2 test. */
export function packSplit(split: Split): PackedRows {
  const packer = new OrderLinePacker();
  PARTS.forEach((part, at) => {
    for (const { customer, item, quantity } of split[part]) {
      packer.add({ customerId: customer, productId: item, orderId: part, orderedAtMs: at, quantity });
    }
  });
  return packer.pack();
}

/** What {@link packSplit} packed. */
export function unpackSplit(rows: PackedRows): Split {
  const split: Record<(typeof PARTS)[number], SplitRow[]> = { train: [], validation: [], test: [] };
  for (const { customerId, productId, orderedAtMs, quantity } of unpackOrderLines(rows)) {
    const part = PARTS[orderedAtMs];
    if (part) split[part].push({ customer: customerId, item: productId, quantity });
  }
  return split;
}
