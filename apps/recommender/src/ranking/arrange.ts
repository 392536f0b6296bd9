import type { Catalogue } from '../catalogue/catalogue.js';
import type { PlacedRules } from '../rules/placed-rules.js';
import type { ListName } from '../rules/ranking-rules.js';
import type { RankedProduct } from './blend.js';

/** A list as it is shown, and what rules kept out of it that would have had a place. */
export interface Arranged {
  list: RankedProduct[];
  leftOut: { product: number; rule: 'never together' | 'max per category' }[];
}

/** What {@link arrange} needs beside the ranking. */
export interface ArrangeOptions {
  rules: PlacedRules;
  catalogue: Catalogue;
  list: ListName;
  first: number;
  /** Whether a pinned product may be shown at all. */
  allows(product: number): boolean;
}

/**
 * Cuts a ranking to `first` products: pinned ones at their places, never two of a group that must not be together, no more of a category than
 * the rules allow unless nothing else is left. Scores fall along the list.
 */
export function arrange(ranked: readonly RankedProduct[], options: ArrangeOptions): Arranged {
  const { rules, catalogue, list, first, allows } = options;
  if (!rules.arranges) return { list: ranked.slice(0, first), leftOut: [] };
  const taken = new Set<number>();
  const perCategory = new Map<number, number>();
  const take = (product: number): void => {
    taken.add(product);
    const category = catalogue.category.get(product);
    perCategory.set(category, (perCategory.get(category) ?? 0) + 1);
  };
  const pins = new Map<number, RankedProduct>();
  for (const [place, product] of rules.pinsOf(list)) {
    if (place > first || taken.has(product) || !allows(product) || rules.clashes(product, taken)) continue;
    pins.set(place - 1, ranked.find(entry => entry.product === product) ?? { product, score: 0, source: 'pinned' });
    take(product);
  }
  const chosen: RankedProduct[] = [];
  const capped: RankedProduct[] = [];
  const leftOut: Arranged['leftOut'] = [];
  for (const entry of ranked) {
    if (chosen.length + pins.size === first) break;
    if (taken.has(entry.product)) continue;
    const category = catalogue.category.get(entry.product);
    if (rules.clashes(entry.product, taken)) leftOut.push({ product: entry.product, rule: 'never together' });
    else if (category >= 0 && (perCategory.get(category) ?? 0) >= (rules.maxPerCategory ?? first)) capped.push(entry);
    else {
      take(entry.product);
      chosen.push(entry);
    }
  }
  for (const entry of capped) {
    if (chosen.length + pins.size < first && !rules.clashes(entry.product, taken)) {
      take(entry.product);
      chosen.push(entry);
    } else leftOut.push({ product: entry.product, rule: 'max per category' });
  }
  return { list: falling(withPins(chosen, pins)), leftOut };
}

/** Inserts each pin at its place, counted from 0, or at the end where the list is shorter. */
function withPins(chosen: readonly RankedProduct[], pins: ReadonlyMap<number, RankedProduct>): RankedProduct[] {
  const list = [...chosen];
  for (const [place, entry] of [...pins].sort(([a], [b]) => a - b)) list.splice(place, 0, entry);
  return list;
}

/** Raises the score of what stands above a product of a higher one. */
function falling(list: RankedProduct[]): RankedProduct[] {
  let least = Number.MIN_VALUE;
  return list
    .toReversed()
    .map(entry => ({ ...entry, score: (least = Math.max(least, entry.score)) }))
    .reverse();
}
