import { SHOP_COLLECTIONS, type ShopCollection } from '@laurel/shop';
import { fit, type SampledCollection } from './field-guess.js';
import { KNOWN_SHAPES } from './known-shapes.js';
import { nameFit, wordsOf } from './words.js';

const LEAST_SCORE = 0.5;
const MOST_TELLING = 2;

/** One of the shop's collections, taken for a canonical one; `score` from 0 to 1. */
export interface RecognisedCollection {
  source: SampledCollection;
  score: number;
}

/** Which of the collections is which canonical one; each is taken once, the surest first. */
export function recogniseCollections(
  collections: readonly SampledCollection[],
): Map<ShopCollection, RecognisedCollection> {
  const scores = collections
    .filter(({ name }) => !isOrderLines(name))
    .flatMap(source =>
      SHOP_COLLECTIONS.map(collection => ({ collection, source, score: collectionFit(collection, source) })),
    )
    .filter(({ score }) => score >= LEAST_SCORE)
    .toSorted((a, b) => b.score - a.score || b.source.documents - a.source.documents);
  const found = new Map<ShopCollection, RecognisedCollection>();
  const taken = new Set<SampledCollection>();
  for (const { collection, source, score } of scores) {
    if (found.has(collection) || taken.has(source)) continue;
    found.set(collection, { source, score });
    taken.add(source);
  }
  return found;
}

/** Whether a collection, by its name, holds the lines of orders, which Laurel takes only from within the orders. */
export function isOrderLines(name: string): boolean {
  const words = wordsOf(name);
  const order = words.findIndex(word => ['order', 'purchase', 'sale', 'invoice'].includes(word));
  const last = words.at(-1) ?? '';
  return order >= 0 && order < words.length - 1 && ['item', 'line', 'detail', 'position', 'entry'].includes(last);
}

function collectionFit(collection: ShopCollection, { name, profile }: SampledCollection): number {
  const { names, fields, telling } = KNOWN_SHAPES[collection];
  const leaves = profile.leaves();
  const fits = telling
    .map(field => {
      const known = fields[field];
      return known ? Math.max(0, ...leaves.map(leaf => fit(known, leaf, profile.seen))) : 0;
    })
    .toSorted((a, b) => b - a)
    .slice(0, MOST_TELLING);
  return 0.45 * nameFit([name], names) + 0.55 * (fits.reduce((sum, value) => sum + value, 0) / MOST_TELLING);
}
