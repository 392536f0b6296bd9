import type { HistoryItem } from '@laurel/learning';
import type { CatalogueProduct } from '../catalogue/catalogue-product.js';
import type { PastKind, PastProduct } from '../candidates/past-product.js';
import type { PlacedModel } from '../models/placed-model.js';
import type { ShopState } from '../read-model/shop-state.js';
import {
  BECAUSE_LIMIT,
  boughtTogetherReason,
  tasteReason,
  TRENDING_REASON,
  viewedReason,
  type ProductReason,
} from './reason.js';

/**
 * The reason for a model's candidate: the products of the customer's history whose share of its score is largest. Its kind follows the largest:
 * bought → TASTE, seen or in the cart → SIMILAR. A score that no product of the history raised is a trend, and says so.
 */
export function explainByModel(
  state: ShopState,
  placed: PlacedModel,
  history: readonly HistoryItem[],
  past: readonly PastProduct[],
  product: number,
): ProductReason {
  const because: CatalogueProduct[] = [];
  let kind: PastKind = 'bought';
  let raised = false;
  for (const { item, share } of placed.model.contributions(history, placed.item(product))) {
    if (!(share > 0) || because.length === BECAUSE_LIMIT) break;
    raised = true;
    const number = placed.products[item]!;
    const listed = state.catalogue.product(number);
    const itsKind = past.find(entry => entry.product === number)?.kind ?? 'bought';
    if (because.length === 0) kind = itsKind;
    if (listed && itsKind === kind) because.push(listed);
  }
  if (!raised) return TRENDING_REASON;
  return kind === 'bought' ? tasteReason(because) : viewedReason(because, kind === 'cart');
}

/** The reason for what is bought together with some of `anchors`: those it goes with most strongly. */
export function explainByOrders(state: ShopState, anchors: readonly number[], product: number): ProductReason {
  const { coPurchases, catalogue } = state;
  const strengths = anchors.flatMap(anchor => {
    const { products, orders } = coPurchases.companions(anchor);
    const at = products.indexOf(product);
    return at < 0 ? [] : [{ anchor, strength: coPurchases.strength(orders[at]!, anchor, product) }];
  });
  strengths.sort((a, b) => b.strength - a.strength || catalogue.ids.compare(a.anchor, b.anchor));
  return boughtTogetherReason(
    listed(
      state,
      strengths.map(({ anchor }) => anchor),
    ),
  );
}

function listed(state: ShopState, products: readonly number[]): CatalogueProduct[] {
  const found: CatalogueProduct[] = [];
  for (const product of products) {
    const entry = state.catalogue.product(product);
    if (entry) found.push(entry);
    if (found.length === BECAUSE_LIMIT) break;
  }
  return found;
}
