import { Column } from '../columns/column.js';
import type { IdIndex } from '../columns/id-index.js';
import type { OrderBook } from '../orders/order-book.js';

/** Products that were in the same orders as one, most frequent first, and in how many. */
export interface Companions {
  readonly products: Int32Array;
  readonly orders: Int32Array;
}

interface CachedCompanions extends Companions {
  version: number;
  countedAtMs: number;
}

const KEPT = 200;
const LIMITS = { maxOrders: 2000, maxLines: 100_000 };
const MAX_AGE_MS = 1000;
const SHRINKAGE = 5;

/**
 * What is bought together. A product's companions are counted from its latest 2,000 orders when they are first asked for, and counted again at
 * most once a second after one of its orders changed; nothing else is kept, so counts are exact after cancellations too.
 */
export class CoPurchases {
  private readonly versions = Column.int32();
  private readonly cache = new Map<number, CachedCompanions>();
  private readonly scratch = Column.int32();

  constructor(
    private readonly orders: OrderBook,
    private readonly products: IdIndex,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** An order with this product was booked or taken back. */
  changed(product: number): void {
    this.versions.set(product, this.versions.get(product) + 1);
  }

  companions(product: number): Companions {
    const cached = this.cache.get(product);
    const version = this.versions.get(product);
    if (cached && (cached.version === version || this.nowMs() - cached.countedAtMs < MAX_AGE_MS)) return cached;
    const counted = { ...this.count(product), version, countedAtMs: this.nowMs() };
    this.cache.set(product, counted);
    return counted;
  }

  /**
   * How strongly two products go together, from 0 to 1: the cosine of their orders, shrunk so that one chance order says little:
   * n_ab / √((n_a + 5) · (n_b + 5)).
   */
  strength(orders: number, a: number, b: number): number {
    const ordersOfA = Math.min(this.orders.ordersWith(a), LIMITS.maxOrders);
    return Math.min(1, orders / Math.sqrt((ordersOfA + SHRINKAGE) * (this.orders.ordersWith(b) + SHRINKAGE)));
  }

  private count(product: number): Companions {
    this.scratch.reserve(this.products.size);
    const counts = this.scratch.values;
    const found = this.orders.countCompanions(product, counts, LIMITS);
    found.sort((a, b) => counts[b]! - counts[a]! || this.products.compare(a, b));
    const kept = Int32Array.from(found.slice(0, KEPT));
    const orders = kept.map(other => counts[other]!);
    for (const other of found) counts[other] = 0;
    return { products: kept, orders };
  }
}
