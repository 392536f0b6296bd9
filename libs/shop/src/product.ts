import { z } from 'zod';

/** A product as the shop keeps it. `price` is in the shop's currency. Fields beyond these are kept as they come. */
export const productSchema = z.looseObject({
  _id: z.string(),
  name: z.string(),
  category: z.string().nullish(),
  price: z.number().nonnegative(),
  rating: z.number().nullish(),
  stock: z.number().nullish(),
  active: z.boolean().nullish(),
  imageUrl: z.string().nullish(),
});

export type Product = z.infer<typeof productSchema>;

/** Whether a product can be sold now: active unless it says otherwise, in stock unless it counts a stock of zero or less. */
export function isAvailable(product: Pick<Product, 'active' | 'stock'>): boolean {
  return product.active !== false && (product.stock == null || product.stock > 0);
}
