import type { CatalogueProduct } from '../catalogue/catalogue-product.js';
import type { CountedLines } from '../orders/order-evidence.js';
import { INTEREST_POINTS } from '../trending/trend.js';
import type {
  ActivityDocument,
  DailyInterestDocument,
  ProductDocument,
  ProfileDocument,
  ReadModelCollections,
} from './collections.js';
import type { ShopState } from './shop-state.js';

const NO_FEATURES = { sessionCount: 0, totalTimeSpendByUserInMsec: 0, averageOrderValue: 0, noOfOrders: 0 };

/** Puts documents of the read model into memory. Each call sets what is now true, so that the same document may come twice. */
export class StateLoader {
  constructor(private readonly state: ShopState) {}

  /** Reads everything there is. Orders come by their date, so that "latest" means the same after a restart. */
  async loadAll(collections: ReadModelCollections): Promise<void> {
    for await (const product of collections.products.find()) this.product(product);
    const counted = collections.orders.find(
      { counted: { $ne: null } },
      { projection: { counted: 1 }, sort: { 'counted.placedAt': 1, _id: 1 } },
    );
    for await (const order of counted) this.order(order._id, order.counted);
    for await (const activity of collections.activity.find()) this.activity(activity);
    for await (const daily of collections.dailyInterest.find()) this.dailyInterest(daily);
    for await (const profile of collections.profiles.find()) this.profile(profile);
  }

  product({ _id, ...fields }: ProductDocument): void {
    const product: CatalogueProduct = { id: _id, ...fields };
    this.state.catalogue.set(product);
  }

  order(transactionId: string, counted: CountedLines | null): void {
    const { orders, customers, catalogue } = this.state;
    orders.set(
      transactionId,
      counted === null
        ? undefined
        : {
            customer: customers.add(counted.customerId),
            placedAtMs: counted.placedAt.getTime(),
            lines: counted.productIds.map((productId, at) => ({
              product: catalogue.number(productId),
              quantity: counted.quantities[at] ?? 0,
            })),
          },
    );
  }

  activity({ _id, recent }: ActivityDocument): void {
    const { customers, catalogue } = this.state;
    this.state.recent.set(
      customers.add(_id),
      recent.map(({ productId, kind, at }) => ({
        product: catalogue.number(productId),
        inCart: kind === 'cart',
        atMs: at.getTime(),
      })),
    );
  }

  dailyInterest({ productId, day, views, carts }: DailyInterestDocument): void {
    const points = views * INTEREST_POINTS.view + carts * INTEREST_POINTS.cart;
    this.state.trend.setBrowsing(this.state.catalogue.number(productId), day.getTime(), points);
  }

  profile({ _id, features, tier }: ProfileDocument): void {
    this.state.profiles.set(this.state.customers.add(_id), {
      tier: tier?.name ?? 'BRONZE',
      perks: tier?.perks ?? [],
      features: features ?? NO_FEATURES,
    });
  }

  productGone(id: string): void {
    this.state.catalogue.remove(id);
  }

  orderGone(id: string): void {
    this.state.orders.set(id, undefined);
  }

  activityGone(customerId: string): void {
    const customer = this.state.customers.find(customerId);
    if (customer >= 0) this.state.recent.set(customer, []);
  }

  profileGone(customerId: string): void {
    const customer = this.state.customers.find(customerId);
    if (customer >= 0) this.state.profiles.remove(customer);
  }
}
