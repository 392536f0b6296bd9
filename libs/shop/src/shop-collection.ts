/** The collections of a shop that Laurel reads, by their canonical names. */
export const SHOP_COLLECTIONS = ['products', 'customers', 'orders', 'events'] as const;

/** One of {@link SHOP_COLLECTIONS}. */
export type ShopCollection = (typeof SHOP_COLLECTIONS)[number];

/** Whether a name is one of the shop's collections. */
export function isShopCollection(name: string): name is ShopCollection {
  return (SHOP_COLLECTIONS as readonly string[]).includes(name);
}
