import type { IdIndex } from '../columns/id-index.js';
import type { PlacedRules } from '../rules/placed-rules.js';
import type { RankedProduct } from './blend.js';

/** The order after boosts and margins; what is buried comes last. Ties by product id. */
export function weigh(ranked: readonly RankedProduct[], rules: PlacedRules, ids: IdIndex): RankedProduct[] {
  if (!rules.arranges) return [...ranked];
  return ranked
    .map(entry => ({
      entry: { ...entry, score: Math.max(entry.score * rules.factorOf(entry.product), Number.MIN_VALUE) },
      buried: rules.isBuried(entry.product),
    }))
    .sort(
      (a, b) =>
        Number(a.buried) - Number(b.buried) ||
        b.entry.score - a.entry.score ||
        ids.compare(a.entry.product, b.entry.product),
    )
    .map(({ entry }) => entry);
}
