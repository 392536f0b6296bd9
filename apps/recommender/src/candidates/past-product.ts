import type { ShopState } from '../read-model/shop-state.js';

/** How a product came into a customer's history; what was bought outweighs the cart, the cart a look. */
export type PastKind = 'bought' | 'cart' | 'viewed';

/** A product of a customer's history, by number. */
export interface PastProduct {
  product: number;
  /** Pieces bought; 1 of what was only looked at or put into the cart. */
  quantity: number;
  kind: PastKind;
}

/** What a customer bought, has in the cart and looked at, as far as it counts for one request. */
export interface CustomerHistory {
  past: PastProduct[];
  /** Products in the cart now, the request's own first. */
  cart: number[];
  /** Products the request says were just looked at. */
  justViewed: number[];
  /** From when on something of it is too old to count. */
  validUntilMs: number;
}

const MAX_PAST = 300;
const CART_LIFE_MS = 7 * 86_400_000;
const VIEW_LIFE_MS = 30 * 86_400_000;

/**
 * Reads a customer's history: the 300 products bought last, what went into the cart within 7 days and was viewed within 30, and what the request
 * adds. `customer` is -1 for one nobody has seen.
 */
export function customerHistory(
  state: ShopState,
  customer: number,
  context: { recent: readonly number[]; cart: readonly number[] },
): CustomerHistory {
  const quantities = new Map<number, number>();
  state.orders.eachPurchase(customer, (product, quantity) => {
    const known = quantities.get(product);
    if (known === undefined && quantities.size === MAX_PAST) return false;
    quantities.set(product, (known ?? 0) + quantity);
    return true;
  });
  const past: PastProduct[] = [];
  for (const [product, quantity] of quantities) past.push({ product, quantity, kind: 'bought' });

  const added = new Set<number>();
  const add = (product: number, kind: 'cart' | 'viewed'): void => {
    if (quantities.has(product) || added.has(product)) return;
    added.add(product);
    past.push({ product, quantity: 1, kind });
  };
  const cart = [...context.cart];
  for (const product of context.cart) add(product, 'cart');
  for (const product of context.recent) add(product, 'viewed');
  const now = state.nowMs();
  let validUntilMs = Number.POSITIVE_INFINITY;
  const until = (ms: number): void => {
    validUntilMs = Math.min(validUntilMs, ms);
  };
  for (const { product, inCart, atMs } of customer < 0 ? [] : state.recent.of(customer)) {
    const age = now - atMs;
    if (inCart && age < CART_LIFE_MS) {
      cart.push(product);
      add(product, 'cart');
      until(atMs + CART_LIFE_MS);
    } else if (age < VIEW_LIFE_MS) {
      add(product, 'viewed');
      until(atMs + VIEW_LIFE_MS);
    }
  }
  return { past, cart, justViewed: [...context.recent], validUntilMs };
}
