import type { HistoryItem } from '@laurel/learning';
import { keepNewest } from '../columns/keep-newest.js';
import type { PlacedModel } from '../models/placed-model.js';
import type { KnownScores } from './known-scores.js';
import { scoreHistory, type ScoredHistory } from './model-candidates.js';

interface Entry {
  placed: PlacedModel;
  history: readonly HistoryItem[];
  scored: ScoredHistory | undefined;
}

/**
 * Remembers what a model said about a customer's history until either changes, for the `capacity` customers asked about last: a visitor who goes from page to
 * page is scored once. What may be shown is decided anew for every answer. A customer is only remembered from the second time on.
 */
export class ScoredHistories implements KnownScores {
  private readonly entries = new Map<number, Entry>();

  constructor(private readonly capacity = 20_000) {}

  has(customer: number): boolean {
    return this.entries.get(customer)?.scored !== undefined;
  }

  /** Undefined the first time a history is seen. */
  of(customer: number, placed: PlacedModel, history: readonly HistoryItem[]): ScoredHistory | undefined {
    const known = this.entries.get(customer);
    if (known?.placed === placed && sameHistory(known.history, history)) {
      keepNewest(this.entries, customer, known, this.capacity);
      return (known.scored ??= scoreHistory(placed, history));
    }
    keepNewest(this.entries, customer, { placed, history, scored: undefined }, this.capacity);
    return undefined;
  }
}

function sameHistory(a: readonly HistoryItem[], b: readonly HistoryItem[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++)
    if (a[at]!.item !== b[at]!.item || a[at]!.weight !== b[at]!.weight) return false;
  return true;
}
