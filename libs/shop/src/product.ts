import { z } from 'zod';
import { priceSchema } from './amount.js';

/** A product as the shop keeps it. `price` is in the shop's currency. Fields beyond these are kept as they come. */
export const productSchema = z.looseObject({
  _id: z.string(),
  name: z.string(),
  category: z.string().nullish(),
  price: priceSchema,
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
