import { isAvailable, type Product } from '@laurel/shop';

/** What the recommender keeps of a product, and shows of it. */
export interface CatalogueProduct {
  id: string;
  name: string;
  category: string | null;
  price: number;
  rating: number | null;
  imageUrl: string | null;
  /** In stock and active: only then is it ever recommended. */
  available: boolean;
}

/** The shop's document, cut to what the recommender keeps. */
export function catalogueProduct(product: Product): CatalogueProduct {
  return {
    id: product._id,
    name: product.name,
    category: product.category ?? null,
    price: product.price,
    rating: product.rating ?? null,
    imageUrl: product.imageUrl ?? null,
    available: isAvailable(product),
  };
}
