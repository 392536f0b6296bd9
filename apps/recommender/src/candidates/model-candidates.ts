import { type HistoryItem, topItems } from '@laurel/learning';
import type { PlacedModel } from '../models/placed-model.js';
import type { Candidate } from './candidate-source.js';

/** The best of a model for one history, whatever may be shown: enough for most filters to leave a full list. */
export interface ScoredHistory {
  readonly candidates: readonly Candidate[];
  /** No further product scores above 0. */
  readonly complete: boolean;
}

const KEPT = 200;

/** The products that a model scores highest for a history: 200 beside those of the history itself; ties by product id. */
export function scoreHistory(placed: PlacedModel, history: readonly HistoryItem[]): ScoredHistory {
  const kept = KEPT + history.length;
  const found = placed.best(history, kept);
  const candidates = found
    ? found.map(({ item, score }) => ({ product: placed.products[item]!, score }))
    : best(placed, history, () => true, kept);
  return { candidates, complete: candidates.length < kept };
}

/**
 * The `n` eligible products that the model scores highest; none where the history holds nothing the model knows. `scored` saves scoring the
 * same history again; where too few of it are eligible, all products are scored.
 */
export function modelCandidates(
  placed: PlacedModel,
  history: readonly HistoryItem[],
  eligible: (product: number) => boolean,
  n: number,
  scored?: ScoredHistory,
): Candidate[] {
  if (history.length === 0) return [];
  const known = scored ?? (placed.isSearched ? scoreHistory(placed, history) : undefined);
  if (known) {
    const found: Candidate[] = [];
    for (const candidate of known.candidates) {
      if (eligible(candidate.product) && found.push(candidate) === n) return found;
    }
    if (known.complete) return found;
  }
  return best(placed, history, eligible, n);
}

function best(
  placed: PlacedModel,
  history: readonly HistoryItem[],
  eligible: (product: number) => boolean,
  n: number,
): Candidate[] {
  const { model, products, scores } = placed;
  model.score(history, scores);
  const skip = (item: number) => !(scores[item]! > 0) || !eligible(products[item]!);
  return topItems(scores, n, skip).map(({ item, score }) => ({ product: products[item]!, score }));
}
