import type { InnerProducts } from '../inner-products/inner-products.js';
import type { HistoryItem } from './history-item.js';

export type { HistoryItem };

/** Part of a score that one past item brought; the shares of a score add up to 1 unless nothing contributed. */
export interface Contribution {
  readonly item: number;
  readonly share: number;
}

/** An item with its score. */
export interface ScoredItem {
  readonly item: number;
  readonly score: number;
}

/** Plain values describing how a model was trained. */
export type ModelParameters = Readonly<Record<string, number | string | boolean>>;

/**
 * A trained recommendation model. It stores nothing about customers: every score comes from the history it is given,
 * so a purchase counts from the moment it is in the history, and a new customer needs no training.
 */
export interface AffinityModel {
  /** Which {@link deserializeAffinityModel} branch reads it: `popularity`, `item-weights`, `als`, `trend` or `blend`. */
  readonly kind: string;
  /** The items it can score, sorted by code unit; an item's index is its position here. */
  readonly itemIds: readonly string[];
  /** Where its scores are inner products: what they are products of. */
  readonly innerProducts?: InnerProducts | undefined;
  /** Fills `into` (as long as `itemIds`) with a score for every item, items of the history included. Higher is better. */
  score(history: readonly HistoryItem[], into: Float32Array): void;
  /**
   * Which past items the score of `item` came from, largest share first; items that lowered it have negative shares.
   * Empty where the score does not depend on the history.
   */
  contributions(history: readonly HistoryItem[], item: number): Contribution[];
  /** The `n` items most like `item`, best first, ties by index. */
  similar(item: number, n: number): ScoredItem[];
  /** The whole model; equal models give equal bytes. */
  serialize(): Uint8Array<ArrayBuffer>;
}
