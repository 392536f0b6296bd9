import { Column } from '../columns/column.js';
import { IdIndex } from '../columns/id-index.js';
import type { CountLimits, ProductGroups } from '../companions/companions.js';

/** An order that counts, with one line for each product. */
export interface BookedOrder {
  customer: number;
  placedAtMs: number;
  lines: readonly { product: number; quantity: number }[];
}

/** Told of every order line that begins or ceases to count. */
export interface OrderLineListener {
  lineCounted(product: number, placedAtMs: number): void;
  lineRemoved(product: number, placedAtMs: number): void;
}

const NONE = -1;

/**
 * The orders that count, held as columns of numbers: a line takes 16 bytes. From it come what a customer bought and which orders hold a product,
 * newest first (in the order they were booked), so a cancelled order frees its products at once.
 */
export class OrderBook implements ProductGroups {
  private readonly orderIds = new IdIndex();
  private readonly customer = Column.int32(NONE);
  private readonly placedAtMs = Column.float64();
  private readonly start = Column.int32();
  private readonly length = Column.int32();
  private readonly nextOfCustomer = Column.int32(NONE);
  private readonly firstOfCustomer = Column.int32(NONE);
  private readonly changesOfCustomer = Column.int32();
  private readonly lineProduct = Column.int32();
  private readonly lineQuantity = Column.float32();
  private readonly lineOrder = Column.int32(NONE);
  private readonly nextOfProduct = Column.int32(NONE);
  private readonly firstOfProduct = Column.int32(NONE);
  private readonly ordersOfProduct = Column.int32();
  private usedLines = 0;
  private liveLines = 0;

  constructor(private readonly listener: OrderLineListener) {}

  get lineCount(): number {
    return this.liveLines;
  }

  /** Takes an order as it counts now; undefined where it does not (cancelled, refunded, gone). Setting the same again changes nothing. */
  set(orderId: string, counted: BookedOrder | undefined): void {
    const order = this.orderIds.find(orderId);
    if (order < 0 && !counted) return;
    if (order >= 0 && counted && this.holds(order, counted)) return;
    if (order >= 0) this.remove(order);
    if (counted) this.book(this.orderIds.add(orderId), counted);
  }

  /** Changes with every change of what a customer bought. */
  revisionOf(customer: number): number {
    return this.changesOfCustomer.get(customer);
  }

  /** How many counted orders hold a product. */
  groupsWith(product: number): number {
    return this.ordersOfProduct.get(product);
  }

  /** Gives each line of a customer's counted orders, latest order first; stops when `visit` returns false. */
  eachPurchase(customer: number, visit: (product: number, quantity: number) => boolean | void): void {
    for (let order = this.firstOfCustomer.get(customer); order !== NONE; order = this.nextOfCustomer.get(order)) {
      const start = this.start.get(order);
      for (let line = start, end = start + this.length.get(order); line < end; line++) {
        if (visit(this.lineProduct.get(line), this.lineQuantity.get(line)) === false) return;
      }
    }
  }

  countCompanions(product: number, counts: Int32Array, { maxGroups, maxProducts }: CountLimits): number[] {
    const found: number[] = [];
    const products = this.lineProduct.values;
    let orders = 0;
    let lines = 0;
    for (let at = this.firstOfProduct.get(product); at !== NONE; at = this.nextOfProduct.get(at)) {
      const order = this.lineOrder.get(at);
      if (order === NONE) continue;
      if (++orders > maxGroups || lines > maxProducts) break;
      const start = this.start.get(order);
      const end = start + this.length.get(order);
      lines += end - start;
      for (let line = start; line < end; line++) {
        const other = products[line]!;
        if (other === product) continue;
        if (counts[other] === 0) found.push(other);
        counts[other]!++;
      }
    }
    return found;
  }

  private holds(order: number, counted: BookedOrder): boolean {
    const start = this.start.get(order);
    return (
      this.customer.get(order) === counted.customer &&
      this.placedAtMs.get(order) === counted.placedAtMs &&
      this.length.get(order) === counted.lines.length &&
      counted.lines.every(
        ({ product, quantity }, at) =>
          this.lineProduct.get(start + at) === product && this.lineQuantity.get(start + at) === Math.fround(quantity),
      )
    );
  }

  private book(order: number, { customer, placedAtMs, lines }: BookedOrder): void {
    this.customer.set(order, customer);
    this.placedAtMs.set(order, placedAtMs);
    this.start.set(order, this.usedLines);
    this.length.set(order, lines.length);
    this.nextOfCustomer.set(order, this.firstOfCustomer.get(customer));
    this.firstOfCustomer.set(customer, order);
    this.changed(customer);
    for (const { product, quantity } of lines) {
      const line = this.usedLines++;
      this.lineProduct.set(line, product);
      this.lineQuantity.set(line, quantity);
      this.lineOrder.set(line, order);
      this.nextOfProduct.set(line, this.firstOfProduct.get(product));
      this.firstOfProduct.set(product, line);
      this.ordersOfProduct.set(product, this.ordersOfProduct.get(product) + 1);
      this.listener.lineCounted(product, placedAtMs);
    }
    this.liveLines += lines.length;
  }

  private remove(order: number): void {
    const customer = this.customer.get(order);
    if (customer === NONE) return;
    this.unlink(order, customer);
    this.changed(customer);
    const start = this.start.get(order);
    const length = this.length.get(order);
    for (let line = start; line < start + length; line++) {
      const product = this.lineProduct.get(line);
      this.lineOrder.set(line, NONE);
      this.ordersOfProduct.set(product, this.ordersOfProduct.get(product) - 1);
      this.listener.lineRemoved(product, this.placedAtMs.get(order));
    }
    this.liveLines -= length;
    this.customer.set(order, NONE);
    this.length.set(order, 0);
  }

  private changed(customer: number): void {
    this.changesOfCustomer.set(customer, this.changesOfCustomer.get(customer) + 1);
  }

  private unlink(order: number, customer: number): void {
    const next = this.nextOfCustomer.get(order);
    let at = this.firstOfCustomer.get(customer);
    if (at === order) {
      this.firstOfCustomer.set(customer, next);
      return;
    }
    while (this.nextOfCustomer.get(at) !== order) at = this.nextOfCustomer.get(at);
    this.nextOfCustomer.set(at, next);
  }
}
