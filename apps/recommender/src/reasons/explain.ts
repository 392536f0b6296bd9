import type { CatalogueProduct } from '../catalogue/catalogue-product.js';
import type { ShopState } from '../read-model/shop-state.js';
import type { ModelGrounds } from './model-grounds.js';
import {
  BECAUSE_LIMIT,
  boughtTogetherReason,
  tasteReason,
  TRENDING_REASON,
  viewedReason,
  viewedTogetherReason,
  type ProductReason,
} from './reason.js';

/** The reason for a model's candidate, by what it rests on: bought → TASTE, seen or in the cart → SIMILAR. */
export function explainByModel(state: ShopState, grounds: ModelGrounds | undefined): ProductReason {
  if (!grounds) return TRENDING_REASON;
  const because = listed(state, grounds.products);
  const { told } = grounds;
  if (told?.because.length === because.length && told.because.every((product, at) => product === because[at]))
    return told;
  grounds.told = grounds.kind === 'bought' ? tasteReason(because) : viewedReason(because, grounds.kind === 'cart');
  return grounds.told;
}

/** The reason for what is bought together with some of `anchors`: those it goes with most strongly. */
export function explainByOrders(state: ShopState, anchors: readonly number[], product: number): ProductReason {
  return boughtTogetherReason(listed(state, state.coPurchases.strongestOf(anchors, product)));
}

/** The reason for what was looked at by those who looked at some of `anchors`. */
export function explainByViews(state: ShopState, anchors: readonly number[], product: number): ProductReason {
  return viewedTogetherReason(listed(state, state.coViews.strongestOf(anchors, product)));
}

function listed(state: ShopState, products: Iterable<number>): CatalogueProduct[] {
  const found: CatalogueProduct[] = [];
  for (const product of products) {
    const entry = state.catalogue.product(product);
    if (entry) found.push(entry);
    if (found.length === BECAUSE_LIMIT) break;
  }
  return found;
}
