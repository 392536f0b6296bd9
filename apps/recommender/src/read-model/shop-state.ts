import { RecentProducts } from '../activity/recent-products.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { IdIndex } from '../columns/id-index.js';
import { Companions } from '../companions/companions.js';
import { CustomerProfiles } from '../customers/customer-profiles.js';
import { OrderBook } from '../orders/order-book.js';
import { INTEREST_POINTS, Trend } from '../trending/trend.js';

/** All that answers are made from, in memory: what the shop sells, who bought what, what is in demand, and who the customers are. */
export class ShopState {
  readonly catalogue = new Catalogue();
  readonly customers = new IdIndex();
  readonly profiles = new CustomerProfiles();
  readonly recent: RecentProducts;
  readonly trend: Trend;
  readonly orders: OrderBook;
  /** What is bought together. */
  readonly coPurchases: Companions;
  /** What the same customers look at. */
  readonly coViews: Companions;

  /** `nowMs` is the clock, in milliseconds since 1970. */
  constructor(readonly nowMs: () => number = Date.now) {
    this.trend = new Trend(this.catalogue.ids, nowMs);
    this.orders = new OrderBook({
      lineCounted: (product, atMs) => this.orderLine(product, atMs, 1),
      lineRemoved: (product, atMs) => this.orderLine(product, atMs, -1),
    });
    this.coPurchases = new Companions(this.orders, this.catalogue.ids, nowMs);
    this.recent = new RecentProducts(product => this.coViews.changed(product));
    this.coViews = new Companions(this.recent, this.catalogue.ids, nowMs);
  }

  private orderLine(product: number, placedAtMs: number, step: 1 | -1): void {
    this.trend.add(product, placedAtMs, step * INTEREST_POINTS.orderLine);
    this.coPurchases.changed(product);
  }
}
