import { expect, it } from 'vitest';
import { isAvailable, type Product } from './product.js';

it.each<[Pick<Product, 'active' | 'stock'>, boolean]>([
  [{}, true],
  [{ active: true, stock: 1 }, true],
  [{ active: null, stock: null }, true],
  [{ active: false, stock: 5 }, false],
  [{ stock: 0 }, false],
  [{ stock: -1 }, false],
])('a product with %j is available: %s', (product, available) => {
  expect(isAvailable(product)).toBe(available);
});
