import type { CoPurchases } from '../bought-together/co-purchases.js';
import type { IdIndex } from '../columns/id-index.js';
import type { Candidate } from './candidate-source.js';

/** The `n` eligible products that go most often with any of the anchors: the strengths with each are added up. */
export function boughtTogetherCandidates(
  coPurchases: CoPurchases,
  anchors: readonly number[],
  eligible: (product: number) => boolean,
  ids: IdIndex,
  n: number,
): Candidate[] {
  const strengths = new Map<number, number>();
  for (const anchor of anchors) {
    const { products, orders } = coPurchases.companions(anchor);
    for (let at = 0; at < products.length; at++) {
      const product = products[at]!;
      if (!eligible(product)) continue;
      strengths.set(product, (strengths.get(product) ?? 0) + coPurchases.strength(orders[at]!, anchor, product));
    }
  }
  return Array.from(strengths, ([product, score]) => ({ product, score }))
    .sort((a, b) => b.score - a.score || ids.compare(a.product, b.product))
    .slice(0, n);
}
