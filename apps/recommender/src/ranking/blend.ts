import type { CandidateSource, SourceName } from '../candidates/candidate-source.js';
import type { IdIndex } from '../columns/id-index.js';

/** A product in its final order, with the source that weighed most. */
export interface RankedProduct {
  product: number;
  /** Above 0, at most the sum of the weights of the sources; comparable within one list only. */
  score: number;
  source: SourceName | 'pinned';
}

/** What the best candidate of each source is worth. Trending decides only where nothing personal does. */
export const SOURCE_WEIGHTS: Readonly<Record<SourceName, number>> = {
  model: 1,
  similar: 1,
  'bought together': 0.5,
  'viewed together': 0.5,
  'same category': 0.01,
  trending: 0.001,
};

/**
 * Merges sources into one ranking: each source's scores are divided by its highest and weighted, a product's parts added
 * up, ties broken by product id.
 */
export function blend(sources: readonly CandidateSource[], ids: IdIndex): RankedProduct[] {
  const merged = new Map<number, RankedProduct & { largest: number }>();
  for (const { name, candidates } of sources) {
    const best = candidates[0];
    if (!best) continue;
    const scale = SOURCE_WEIGHTS[name] / best.score;
    for (const { product, score } of candidates) {
      const part = Math.max(Number.isFinite(scale) ? score * scale : SOURCE_WEIGHTS[name], Number.MIN_VALUE);
      const known = merged.get(product);
      if (!known) merged.set(product, { product, score: part, source: name, largest: part });
      else {
        known.score += part;
        if (part > known.largest) {
          known.largest = part;
          known.source = name;
        }
      }
    }
  }
  return [...merged.values()].sort((a, b) => b.score - a.score || ids.compare(a.product, b.product));
}
