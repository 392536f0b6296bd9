import type { CatalogueProduct } from '../catalogue/catalogue-product.js';

/** Why a product is recommended. */
export type ReasonKindName = 'BOUGHT_TOGETHER' | 'TASTE' | 'SIMILAR' | 'TRENDING';

/** A reason in words, with the products it rests on. */
export interface ProductReason {
  kind: ReasonKindName;
  text: string;
  because: readonly CatalogueProduct[];
}

/** How many products a reason names at most. */
export const BECAUSE_LIMIT = 2;

export const TRENDING_REASON: ProductReason = Object.freeze({
  kind: 'TRENDING',
  text: 'Popular with other customers right now',
  because: Object.freeze([]),
});

/** The reason for what a rule of the shop put in its place. */
export const PINNED_REASON: ProductReason = Object.freeze({
  kind: 'TRENDING',
  text: 'Chosen by the shop',
  because: Object.freeze([]),
});

/** The reason for what goes with products in the cart, in the history or named in the request. */
export function boughtTogetherReason(because: readonly CatalogueProduct[]): ProductReason {
  const text =
    because.length > 0 ? `Often bought together with ${names(because)}` : 'Often bought together with what you chose';
  return { kind: 'BOUGHT_TOGETHER', text, because };
}

/** The reason for what other customers look at who looked at some products. */
export function viewedTogetherReason(because: readonly CatalogueProduct[]): ProductReason {
  const text = `Others who looked at ${because.length > 0 ? names(because) : 'the same'} looked at this as well`;
  return { kind: 'SIMILAR', text, because };
}

/** The reason for what fits what the customer bought. */
export function tasteReason(because: readonly CatalogueProduct[]): ProductReason {
  return {
    kind: 'TASTE',
    text: because.length > 0 ? `Because you bought ${names(because)}` : 'Fits what you bought',
    because,
  };
}

/** The reason for what is like products the customer looked at. */
export function viewedReason(because: readonly CatalogueProduct[], inCart: boolean): ProductReason {
  const did = inCart ? 'put in the cart' : 'looked at';
  const text = because.length > 0 ? `Similar to ${names(because)}, which you ${did}` : `Fits what you ${did}`;
  return { kind: 'SIMILAR', text, because };
}

/** The reason for what is like one product. */
export function similarReason(product: CatalogueProduct): ProductReason {
  return { kind: 'SIMILAR', text: `Similar to ${product.name}`, because: [product] };
}

/** The reason for what shares a product's category while nothing closer is known. */
export function sameCategoryReason(product: CatalogueProduct): ProductReason {
  return {
    kind: 'SIMILAR',
    text: `Popular in ${product.category ?? 'the same category'}, like ${product.name}`,
    because: [product],
  };
}

function names(products: readonly CatalogueProduct[]): string {
  return products.map(({ name }) => name).join(' and ');
}
