import { z } from 'zod';
import { DAY_MS, dayOf, type Split, type SplitRow } from './split.js';
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

/** Rows as a few arrays, which threads share. */
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

/** Whether the day of every row is known. */
export function hasDays({ atMs }: PackedRows): boolean {
  return !atMs.some(Number.isNaN);
}

/** {@link PackedRows} as they come from another thread. */
export const packedRowsSchema: z.ZodType<PackedRows> = z.object({
  customers: z.array(z.string()),
  items: z.array(z.string()),
  orders: z.array(z.string()),
  customer: z.instanceof(Int32Array),
  item: z.instanceof(Int32Array),
  order: z.instanceof(Int32Array),
  atMs: z.instanceof(Float64Array),
  quantity: z.instanceof(Float64Array),
});

/** Collects order lines into {@link PackedRows}. */
export class OrderLinePacker {
  readonly #customers = new IdTable();
  readonly #items = new IdTable();
  readonly #orders = new IdTable();
  #length = 0;
  #customer = new Int32Array(1024);
  #item = new Int32Array(1024);
  #order = new Int32Array(1024);
  #atMs = new Float64Array(1024);
  #quantity = new Float64Array(1024);

  get length(): number {
    return this.#length;
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
    for (let at = 0; at < this.#length; at++) {
      const customer = this.#customer[at]!;
      const order = this.#order[at]!;
      const first = firstOrder.get(customer) ?? order;
      firstOrder.set(customer, first);
      if (first !== order) returning.add(customer);
    }
    return returning.size;
  }

  add(line: OrderLine): void {
    if (this.#length === this.#customer.length) this.#grow();
    const at = this.#length++;
    this.#customer[at] = this.#customers.number(line.customerId);
    this.#item[at] = this.#items.number(line.productId);
    this.#order[at] = this.#orders.number(line.orderId);
    this.#atMs[at] = line.orderedAtMs;
    this.#quantity[at] = line.quantity;
  }

  pack(): PackedRows {
    const length = this.#length;
    return {
      customers: this.#customers.ids,
      items: this.#items.ids,
      orders: this.#orders.ids,
      customer: copied(this.#customer.subarray(0, length), new Int32Array(new SharedArrayBuffer(4 * length))),
      item: copied(this.#item.subarray(0, length), new Int32Array(new SharedArrayBuffer(4 * length))),
      order: copied(this.#order.subarray(0, length), new Int32Array(new SharedArrayBuffer(4 * length))),
      atMs: copied(this.#atMs.subarray(0, length), new Float64Array(new SharedArrayBuffer(8 * length))),
      quantity: copied(this.#quantity.subarray(0, length), new Float64Array(new SharedArrayBuffer(8 * length))),
    };
  }

  #grow(): void {
    const size = this.#length * 2;
    this.#customer = copied(this.#customer, new Int32Array(size));
    this.#item = copied(this.#item, new Int32Array(size));
    this.#order = copied(this.#order, new Int32Array(size));
    this.#atMs = copied(this.#atMs, new Float64Array(size));
    this.#quantity = copied(this.#quantity, new Float64Array(size));
  }
}

function copied<T extends Int32Array | Float64Array>(from: Int32Array | Float64Array, into: T): T {
  into.set(from);
  return into;
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

/** The same order lines as rows of no part. */
export function* asSplitRows(rows: PackedRows): Generator<SplitRow> {
  for (const { customerId, productId, quantity, orderedAtMs } of unpackOrderLines(rows)) {
    yield { customer: customerId, item: productId, quantity, day: dayOf(orderedAtMs) };
  }
}

const PARTS = ['train', 'validation', 'test'] as const;

/** A split as rows whose order is the part, each at the beginning of its day, or at NaN where that is not known. */
export function packSplit(split: Split): PackedRows {
  const packer = new SplitPacker();
  for (const part of PARTS) for (const row of split[part]) packer.add(part, row);
  return packer.pack();
}

/** Collects a split: first all rows of train, then of validation, then of test. */
export class SplitPacker {
  readonly #packer = new OrderLinePacker();

  add(part: keyof Split, { customer, item, quantity, day = NaN }: SplitRow): void {
    const orderedAtMs = day * DAY_MS;
    this.#packer.add({ customerId: customer, productId: item, orderId: part, orderedAtMs, quantity });
  }

  pack(): PackedRows {
    return this.#packer.pack();
  }
}

/** What {@link packSplit} packed; rows become objects only while they are gone through. */
export function unpackSplit(rows: PackedRows): Split {
  const partOf = rows.orders.map(order => PARTS.findIndex(part => part === order));
  const end = (part: number): number => {
    const at = rows.order.findIndex(own => partOf[own]! > part);
    return at < 0 ? rows.order.length : at;
  };
  const [validation, test] = [end(0), end(1)];
  return {
    train: new PackedPart(rows, 0, validation),
    validation: new PackedPart(rows, validation, test),
    test: new PackedPart(rows, test, rows.order.length),
  };
}

class PackedPart implements Iterable<SplitRow> {
  readonly #rows: PackedRows;
  readonly #from: number;
  readonly #to: number;

  constructor(rows: PackedRows, from: number, to: number) {
    this.#rows = rows;
    this.#from = from;
    this.#to = to;
  }

  get length(): number {
    return this.#to - this.#from;
  }

  *[Symbol.iterator](): Generator<SplitRow> {
    const { customers, items, customer, item, quantity, atMs } = this.#rows;
    for (let at = this.#from; at < this.#to; at++) {
      const day = Number.isNaN(atMs[at]!) ? undefined : dayOf(atMs[at]!);
      yield { customer: customers[customer[at]!]!, item: items[item[at]!]!, quantity: quantity[at]!, day };
    }
  }
}
