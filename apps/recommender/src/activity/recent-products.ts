import { Column } from '../columns/column.js';
import type { CountLimits, ProductGroups } from '../companions/companions.js';

/** A product of recent interest, by number. */
export interface RecentProduct {
  product: number;
  inCart: boolean;
  atMs: number;
}

const NONE: readonly RecentProduct[] = [];
const MINUTE_MS = 60_000;
/** Of a product's visitors the latest so many are remembered, for what they looked at besides. */
const VISITORS = 200;

/**
 * What each customer looked at or put in the cart lately, newest first: one small array of numbers for a customer, times to the minute. From it
 * comes what is looked at together: by the same customer lately.
 */
export class RecentProducts implements ProductGroups {
  private readonly entries: (Int32Array | undefined)[] = [];
  private readonly customersOfProduct = Column.int32();
  private readonly visitors: (Visitors | undefined)[] = [];

  /** `changed` is told of every product for which something else is looked at together than before. */
  constructor(private readonly changed: (product: number) => void = () => undefined) {}

  set(customer: number, recent: readonly RecentProduct[]): void {
    const before = this.productsOf(customer);
    this.entries[customer] = recent.length === 0 ? undefined : packed(recent);
    const after = this.productsOf(customer);
    const left = before.filter(product => !after.includes(product));
    const came = after.filter(product => !before.includes(product));
    for (const product of left) this.count(product, -1);
    for (const product of came) {
      this.count(product, 1);
      (this.visitors[product] ??= new Visitors()).add(customer);
    }
    if (left.length + came.length > 0) for (const product of [...left, ...after]) this.changed(product);
  }

  /** Another object whenever what is remembered of a customer is set anew. */
  stampOf(customer: number): object | undefined {
    return this.entries[customer];
  }

  of(customer: number): readonly RecentProduct[] {
    const entry = this.entries[customer];
    if (!entry) return NONE;
    return Array.from({ length: entry.length / 2 }, (_, at) => ({
      product: productAt(entry, at),
      inCart: entry[at * 2]! < 0,
      atMs: entry[at * 2 + 1]! * MINUTE_MS,
    }));
  }

  groupsWith(product: number): number {
    return this.customersOfProduct.get(product);
  }

  countCompanions(product: number, counts: Int32Array, { maxGroups, maxProducts }: CountLimits): number[] {
    const found: number[] = [];
    let groups = 0;
    let seen = 0;
    for (const customer of new Set(this.visitors[product]?.latestFirst())) {
      const own = this.productsOf(customer);
      if (!own.includes(product)) continue;
      if (++groups > maxGroups || seen > maxProducts) break;
      seen += own.length;
      for (const other of own) {
        if (other === product) continue;
        if (counts[other] === 0) found.push(other);
        counts[other]!++;
      }
    }
    return found;
  }

  private productsOf(customer: number): number[] {
    const entry = this.entries[customer];
    return entry ? Array.from({ length: entry.length / 2 }, (_, at) => productAt(entry, at)) : [];
  }

  private count(product: number, step: 1 | -1): void {
    this.customersOfProduct.set(product, this.customersOfProduct.get(product) + step);
  }
}

/** The customers who came to a product last. One who has left it since, or came twice, may be among them. */
class Visitors {
  private readonly customers: number[] = [];
  private next = 0;

  add(customer: number): void {
    this.customers[this.next] = customer;
    this.next = (this.next + 1) % VISITORS;
  }

  latestFirst(): number[] {
    const { customers, next } = this;
    return [...customers.slice(0, next).reverse(), ...customers.slice(next).reverse()];
  }
}

function packed(recent: readonly RecentProduct[]): Int32Array {
  const entry = new Int32Array(recent.length * 2);
  recent.forEach(({ product, inCart, atMs }, at) => {
    entry[at * 2] = inCart ? -product - 1 : product;
    entry[at * 2 + 1] = Math.floor(atMs / MINUTE_MS);
  });
  return entry;
}

function productAt(entry: Int32Array, at: number): number {
  const value = entry[at * 2]!;
  return value < 0 ? -value - 1 : value;
}
