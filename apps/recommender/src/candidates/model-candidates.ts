import { type HistoryItem, topItems } from '@laurel/learning';
import type { PlacedModel } from '../models/placed-model.js';
import type { Candidate } from './candidate-source.js';

/** The `n` eligible products that the model scores highest for a history; none where the history holds nothing the model knows. */
export function modelCandidates(
  placed: PlacedModel,
  history: readonly HistoryItem[],
  eligible: (product: number) => boolean,
  n: number,
): Candidate[] {
  if (history.length === 0) return [];
  const { model, products, scores } = placed;
  model.score(history, scores);
  return topItems(scores, n, item => !(scores[item]! > 0) || !eligible(products[item]!)).map(({ item, score }) => ({
    product: products[item]!,
    score,
  }));
}
