import type { Customer, Product } from '@laurel/shop';
import type { SettledOrder } from '../cancellations/settle-cancellations.js';

/** A product as its order lines show it. `pricedAt` is the time of the line its price comes from. */
export type ImportedProduct = Product & { readonly pricedAt: Date };

/** Where an import's documents go, in batches. Customers and orders come while the file is read, products at the end. */
export interface ShopSink {
  orders(batch: readonly SettledOrder[]): Promise<void>;
  customers(batch: readonly Customer[]): Promise<void>;
  products(batch: readonly ImportedProduct[]): Promise<void>;
}

/** A sink that keeps nothing: for looking at the report first. */
export const NO_SINK: ShopSink = {
  orders: () => Promise.resolve(),
  customers: () => Promise.resolve(),
  products: () => Promise.resolve(),
};
