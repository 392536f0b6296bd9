import type { HistoryItem } from '@laurel/learning';
import type { CatalogueProduct } from '../catalogue/catalogue-product.js';
import type { PastProduct } from '../candidates/past-product.js';
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
  const contributions = placed.model.contributions(history, placed.item(product)).filter(({ share }) => share > 0);
  if (contributions.length === 0) return TRENDING_REASON;
  const kinds = new Map(past.map(entry => [entry.product, entry.kind]));
  const raised = contributions
    .map(({ item }) => placed.products[item]!)
    .filter(number => state.catalogue.product(number) !== undefined);
  const kind = kinds.get(raised[0] ?? -1) ?? 'bought';
  const because = listed(
    state,
    raised.filter(number => kinds.get(number) === kind),
  );
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
