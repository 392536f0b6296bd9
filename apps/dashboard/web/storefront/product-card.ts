import type { ResultOf } from '@laurel/storefront-client';
import { h } from '../dom/element.js';
import { amount } from '../dom/format.js';
import { picture } from '../products/recommendations.js';
import { addressOf } from '../app/search-form.js';
import type { LIST, PRODUCT } from './documents.js';
import type { Visit } from './visit.js';

export type Product = ResultOf<typeof PRODUCT>;

/** A product with its price and, where it was recommended, the reason. */
export function productCard(product: Product, visit: Visit, reason?: string): HTMLElement {
  return h(
    'li',
    { class: 'card product-card' },
    picture(product),
    h('a', { href: addressOf('product', product.id) }, product.name),
    h('p', { class: 'hint' }, [product.category, amount(product.price)].filter(Boolean).join(' · ')),
    reason !== undefined && h('p', { class: 'reason' }, reason),
    h('button', { type: 'button', click: () => visit.put(product.id) }, 'Add to cart'),
  );
}

/** The cards of a list of recommendations, or a word where it is empty. */
export function recommendedCards({ items }: ResultOf<typeof LIST>, visit: Visit): HTMLElement {
  if (items.length === 0) return h('p', { class: 'hint' }, 'Nothing to show.');
  return h(
    'ol',
    { class: 'shelf' },
    items.map(({ product, reason }) => productCard(product, visit, reason.text)),
  );
}
