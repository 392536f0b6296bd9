import type { Collection, Db } from 'mongodb';
import type { RecentInterest } from '../activity/recent-interests.js';
import type { CatalogueProduct } from '../catalogue/catalogue-product.js';
import type { CustomerFeatures, TierName } from '../customers/customer-profile.js';
import type { KnownOrder } from '../orders/order-evidence.js';
import { TREND_WINDOW_DAYS } from '../trending/trend.js';

/** A product as it is now. */
export type ProductDocument = Omit<CatalogueProduct, 'id'> & { _id: string };

/** What is known of an order, by transaction id. */
export type OrderDocument = KnownOrder & { _id: string };

/** A customer's recent products, by customer id. */
export interface ActivityDocument {
  _id: string;
  recent: RecentInterest[];
}

/** Views and carts of one product on one day (UTC). */
export interface DailyInterestDocument {
  _id: string;
  productId: string;
  day: Date;
  views: number;
  carts: number;
}

/** What is told about a customer, by customer id. */
export interface ProfileDocument {
  _id: string;
  /** The shop has a customer document. */
  registered: boolean;
  features: CustomerFeatures | null;
  featuresVersion: number;
  tier: { name: TierName; perks: string[]; decidedAt: Date } | null;
}

/** The recommender's collections in Laurel's database; nobody else reads or writes them. */
export interface ReadModelCollections {
  products: Collection<ProductDocument>;
  orders: Collection<OrderDocument>;
  activity: Collection<ActivityDocument>;
  dailyInterest: Collection<DailyInterestDocument>;
  profiles: Collection<ProfileDocument>;
}

/** The names of {@link ReadModelCollections} in MongoDB. */
export const COLLECTION_NAMES = {
  products: 'recommender_products',
  orders: 'recommender_orders',
  activity: 'recommender_activity',
  dailyInterest: 'recommender_daily_interest',
  profiles: 'recommender_profiles',
} as const;

export function readModelCollections(db: Db): ReadModelCollections {
  return {
    products: db.collection(COLLECTION_NAMES.products),
    orders: db.collection(COLLECTION_NAMES.orders),
    activity: db.collection(COLLECTION_NAMES.activity),
    dailyInterest: db.collection(COLLECTION_NAMES.dailyInterest),
    profiles: db.collection(COLLECTION_NAMES.profiles),
  };
}

/** Creates what is missing: collections and their indexes. */
export async function prepareCollections(collections: ReadModelCollections): Promise<void> {
  const expireAfterSeconds = (TREND_WINDOW_DAYS + 1) * 86_400;
  for (const collection of Object.values(collections)) {
    await collection.db.createCollection(collection.collectionName).catch((error: unknown) => {
      if (!(error instanceof Error && 'codeName' in error && error.codeName === 'NamespaceExists')) throw error;
    });
  }
  await collections.orders.createIndexes([
    { key: { 'counted.placedAt': 1, _id: 1 } },
    { key: { customerIds: 1 } },
    { key: { 'purchases.eventId': 1 } },
  ]);
  await collections.dailyInterest.createIndexes([{ key: { day: 1 }, expireAfterSeconds }]);
}
