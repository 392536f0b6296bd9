import type { HistoryItem } from '../affinity/history-item.js';

/**
 * A model whose scores are inner products. The score of an item is the vector of the history · the item's vector, rounded to 32 bits, times the
 * item's multiplier, rounded again. The product is added up in 64 bits: dimensions 0, 4, 8, … to a first sum, 1, 5, 9, … to a second and so on; then
 * (first + second) + (third + fourth).
 */
export interface InnerProducts {
  /** Numbers in a vector, a multiple of 4. */
  readonly dimensions: number;
  /** One row of `dimensions` for each item. */
  readonly vectors: Float32Array;
  /** One above 0 for each item; without them, 1 for all. */
  readonly multipliers?: Float32Array;
  vectorOf(history: readonly HistoryItem[]): Float64Array;
}
