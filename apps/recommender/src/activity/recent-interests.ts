import type { Interest } from './interest.js';

/** How many products are remembered for each customer. */
export const RECENT_LIMIT = 20;

/** A product a customer showed interest in, with the latest time. */
export type RecentInterest = Omit<Interest, 'customerId'>;

/**
 * The {@link RECENT_LIMIT} products of latest interest, newest first, ties by product id. The latest word on a product decides, except that a view
 * does not take it out of the cart. The order of `added` does not matter.
 */
export function withInterests(recent: readonly RecentInterest[], added: readonly Interest[]): RecentInterest[] {
  const latest = new Map(recent.map(entry => [entry.productId, entry]));
  for (const { productId, kind, at } of [...added].sort(byTime)) {
    const known = latest.get(productId);
    if (known && known.at > at) continue;
    latest.set(productId, { productId, at, kind: kind === 'view' && known?.kind === 'cart' ? 'cart' : kind });
  }
  return [...latest.values()]
    .sort((a, b) => b.at.getTime() - a.at.getTime() || (a.productId < b.productId ? -1 : 1))
    .slice(0, RECENT_LIMIT);
}

const KIND_ORDER = ['view', 'cart', 'uncart'];

function byTime(a: Interest, b: Interest): number {
  return a.at.getTime() - b.at.getTime() || KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind);
}
