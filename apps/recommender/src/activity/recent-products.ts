/** A product of recent interest, by number. */
export interface RecentProduct {
  product: number;
  inCart: boolean;
  atMs: number;
}

const NONE: readonly RecentProduct[] = [];
const MINUTE_MS = 60_000;

/** What each customer looked at or put in the cart lately, newest first: one small array of numbers for a customer, times to the minute. */
export class RecentProducts {
  private readonly entries: (Int32Array | undefined)[] = [];

  set(customer: number, recent: readonly RecentProduct[]): void {
    if (recent.length === 0) {
      this.entries[customer] = undefined;
      return;
    }
    const packed = new Int32Array(recent.length * 2);
    recent.forEach(({ product, inCart, atMs }, at) => {
      packed[at * 2] = inCart ? -product - 1 : product;
      packed[at * 2 + 1] = Math.floor(atMs / MINUTE_MS);
    });
    this.entries[customer] = packed;
  }

  /** Another object whenever what is remembered of a customer is set anew. */
  stampOf(customer: number): object | undefined {
    return this.entries[customer];
  }

  of(customer: number): readonly RecentProduct[] {
    const packed = this.entries[customer];
    if (!packed) return NONE;
    return Array.from({ length: packed.length / 2 }, (_, at) => {
      const value = packed[at * 2]!;
      return { product: value < 0 ? -value - 1 : value, inCart: value < 0, atMs: packed[at * 2 + 1]! * MINUTE_MS };
    });
  }
}
