import { Column } from '../columns/column.js';
import type { IdIndex } from '../columns/id-index.js';

const DAY_MS = 86_400_000;
/** Days that count; older interest only breaks ties. */
export const TREND_WINDOW_DAYS = 56;
/** After this many days interest counts half. */
export const TREND_HALF_LIFE_DAYS = 7;

/** Points of interest: an order line outweighs a cart, a cart a view. */
export const INTEREST_POINTS = { orderLine: 10, cart: 3, view: 1 } as const;

const DECAY = Float64Array.from({ length: TREND_WINDOW_DAYS }, (_, age) => 2 ** (-age / TREND_HALF_LIFE_DAYS));
const LIFETIME_WEIGHT = 1e-9;

/**
 * What customers want now: points a product and day, halved in weight every {@link TREND_HALF_LIFE_DAYS} days. Days are counted back from the
 * newest day with any interest, so that a shop whose data ends in the past still has trends. Points are whole numbers: taking back what was
 * added leaves exactly what was there before.
 */
export class Trend {
  private readonly points = Column.int32();
  private readonly browsing = Column.int32();
  private readonly lifetime = Column.float64();
  private newestDay = Number.NEGATIVE_INFINITY;
  private order = new Int32Array(0);
  private scores = new Float64Array(0);
  private dirty = true;
  private sortedAtMs = Number.NEGATIVE_INFINITY;
  private sortMs = 0;

  constructor(
    private readonly products: IdIndex,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** The start of the newest day that counts, or undefined while nothing does. */
  get newest(): Date | undefined {
    return Number.isFinite(this.newestDay) ? new Date(this.newestDay * DAY_MS) : undefined;
  }

  /** Adds points (negative ones take back). Times more than a day ahead of the clock count only over the lifetime. */
  add(product: number, atMs: number, points: number): void {
    this.lifetime.set(product, this.lifetime.get(product) + points);
    const cell = this.cellAt(product, atMs);
    if (cell !== undefined) this.points.set(cell, this.points.get(cell) + points);
  }

  /** Sets the points that browsing brought a product on the day of `atMs`. */
  setBrowsing(product: number, atMs: number, points: number): void {
    const cell = this.cellAt(product, atMs);
    if (cell !== undefined) this.browsing.set(cell, points);
  }

  /**
   * Every product by falling interest, ties by product id. Sorted anew at most twice a second (less often where sorting is slow), and at once
   * when there are new products.
   */
  ranking(): { order: Int32Array; scores: Float64Array } {
    const due = this.nowMs() - this.sortedAtMs >= Math.max(500, 20 * this.sortMs);
    if (this.order.length !== this.products.size || (this.dirty && due)) this.sort();
    return { order: this.order, scores: this.scores };
  }

  private sort(): void {
    const startedMs = this.nowMs();
    const size = this.products.size;
    const scores = new Float64Array(size);
    for (let product = 0; product < size; product++) scores[product] = this.score(product);
    const order = Int32Array.from({ length: size }, (_, product) => product);
    order.sort((a, b) => scores[b]! - scores[a]! || this.products.compare(a, b));
    this.order = order;
    this.scores = scores;
    this.dirty = false;
    this.sortedAtMs = this.nowMs();
    this.sortMs = this.sortedAtMs - startedMs;
  }

  private score(product: number): number {
    let sum = 0;
    if (Number.isFinite(this.newestDay)) {
      for (let age = 0; age < TREND_WINDOW_DAYS; age++) {
        const cell = this.cell(product, this.newestDay - age);
        sum += (this.points.get(cell) + this.browsing.get(cell)) * DECAY[age]!;
      }
    }
    return Math.max(0, sum + LIFETIME_WEIGHT * this.lifetime.get(product));
  }

  /** Where the points of that time are kept; undefined for times that do not count: before the window, or more than a day ahead. */
  private cellAt(product: number, atMs: number): number | undefined {
    this.dirty = true;
    const day = Math.floor(atMs / DAY_MS);
    if (day * DAY_MS > this.nowMs() + DAY_MS) return undefined;
    if (day > this.newestDay) this.advance(day);
    return day <= this.newestDay - TREND_WINDOW_DAYS ? undefined : this.cell(product, day);
  }

  private advance(day: number): void {
    const gone = Math.min(TREND_WINDOW_DAYS, day - this.newestDay);
    for (let product = 0; product < this.products.size; product++) {
      for (let back = 0; back < gone; back++) {
        const cell = this.cell(product, day - back);
        if (this.points.get(cell) !== 0) this.points.set(cell, 0);
        if (this.browsing.get(cell) !== 0) this.browsing.set(cell, 0);
      }
    }
    this.newestDay = day;
  }

  private cell(product: number, day: number): number {
    return product * TREND_WINDOW_DAYS + (((day % TREND_WINDOW_DAYS) + TREND_WINDOW_DAYS) % TREND_WINDOW_DAYS);
  }
}
