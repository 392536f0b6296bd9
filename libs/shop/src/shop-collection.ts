/** The collections of a shop that Laurel reads, by their canonical names. */
export const SHOP_COLLECTIONS = ['products', 'customers', 'orders', 'events'] as const;

/** One of {@link SHOP_COLLECTIONS}. */
export type ShopCollection = (typeof SHOP_COLLECTIONS)[number];

/** The collections whose changes are in the log: the shop's, and what its storefront tells of recommendations. */
export const LOGGED_COLLECTIONS = [...SHOP_COLLECTIONS, 'feedback'] as const;

/** One of {@link LOGGED_COLLECTIONS}. */
export type LoggedCollection = (typeof LOGGED_COLLECTIONS)[number];

/** Whether a name is one of the collections whose changes are in the log. */
export function isLoggedCollection(name: string): name is LoggedCollection {
  return (LOGGED_COLLECTIONS as readonly string[]).includes(name);
}
