import type { ImportedProduct } from '@laurel/order-import';
import { SeededRandom } from '../random/seeded-random.js';
import { derivedCategory } from './derived-category.js';

/** A product of the sample: real name and price, a category derived from the name, a simulated stock; the marks say so. */
export type SampleProduct = ImportedProduct & {
  readonly category: string;
  readonly stock: number;
  readonly categoryDerived: true;
  readonly stockSimulated: true;
};

/** Completes a product. About one in 25 is out of stock. */
export function sampleProduct(product: ImportedProduct, seed: string): SampleProduct {
  const random = new SeededRandom(`${seed}/stock/${product._id}`);
  return {
    ...product,
    category: derivedCategory(product.name),
    stock: random.chance(0.04) ? 0 : random.between(5, 500),
    active: true,
    categoryDerived: true,
    stockSimulated: true,
  };
}
