import type { Catalogue } from '../catalogue/catalogue.js';
import type { PlacedRules } from '../rules/placed-rules.js';
import type { Trend } from '../trending/trend.js';
import type { Candidate } from './candidate-source.js';
import { trendingCandidates } from './trending-candidates.js';

/**
 * What is trending, so that a list of `n` can be filled within the rules: first what is not buried, no more of a category than they allow;
 * where that is not enough, anything eligible.
 */
export function arrangedTrending(
  { trend, catalogue }: { trend: Trend; catalogue: Catalogue },
  rules: PlacedRules,
  eligible: (product: number) => boolean,
  n: number,
): Candidate[] {
  if (!rules.arranges) return trendingCandidates(trend, eligible, n);
  const perCategory = new Map<number, number>();
  const wanted = (product: number): boolean => {
    if (!eligible(product) || rules.isBuried(product)) return false;
    const category = catalogue.category.get(product);
    const count = (perCategory.get(category) ?? 0) + 1;
    perCategory.set(category, count);
    return category < 0 || count <= (rules.maxPerCategory ?? Number.POSITIVE_INFINITY);
  };
  const found = trendingCandidates(trend, wanted, 2 * n);
  if (found.length >= n) return found;
  const held = new Set(found.map(({ product }) => product));
  const rest = trendingCandidates(trend, product => eligible(product) && !held.has(product), n);
  return [...found, ...rest].sort((a, b) => b.score - a.score || catalogue.ids.compare(a.product, b.product));
}
