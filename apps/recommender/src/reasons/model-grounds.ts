import type { HistoryItem } from '@laurel/learning';
import type { PastKind, PastProduct } from '../candidates/past-product.js';
import type { PlacedModel } from '../models/placed-model.js';
import type { ProductReason } from './reason.js';

/** What a model's recommendation of one product rests on. */
export interface ModelGrounds {
  /** How the product that raised the score most came into the history. */
  kind: PastKind;
  /** All that raised it and came in that way, the largest share first. */
  products: Int32Array;
  /** The reason that was last made of it: good for as long as its products are the same. */
  told?: ProductReason;
}

/** The products of a history whose share of a product's score is largest; undefined where none raised it: then it is a trend. */
export function modelGrounds(
  placed: PlacedModel,
  history: readonly HistoryItem[],
  past: readonly PastProduct[],
  product: number,
): ModelGrounds | undefined {
  const kinds = new Map(past.filter(entry => entry.kind !== 'bought').map(entry => [entry.product, entry.kind]));
  const products: number[] = [];
  let kind: PastKind | undefined;
  for (const { item, share } of placed.model.contributions(history, placed.item(product))) {
    if (!(share > 0)) break;
    const number = placed.products[item]!;
    const itsKind = kinds.get(number) ?? 'bought';
    kind ??= itsKind;
    if (itsKind === kind) products.push(number);
  }
  return kind && { kind, products: Int32Array.from(products) };
}
