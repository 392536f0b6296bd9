import type { HistoryItem } from '@laurel/learning';
import type { KnownScores } from '../candidates/known-scores.js';
import type { ScoredHistory } from '../candidates/model-candidates.js';
import type { PlacedModel } from '../models/placed-model.js';

/** A history as it was when it was scored, and what came out. */
export interface BatchScore {
  placed: PlacedModel;
  history: readonly HistoryItem[];
  scored: ScoredHistory;
}

/** What was found for the customers of one batch, by customer number. A customer whose history is another one by now is not known. */
export class BatchScores implements KnownScores {
  private scores: ReadonlyMap<number, BatchScore> = new Map();

  /** Takes the next batch in place of the last. */
  hold(scores: ReadonlyMap<number, BatchScore>): void {
    this.scores = scores;
  }

  has(customer: number): boolean {
    return this.scores.has(customer);
  }

  of(customer: number, placed: PlacedModel, history: readonly HistoryItem[]): ScoredHistory | undefined {
    const known = this.scores.get(customer);
    return known?.placed === placed && known.history === history ? known.scored : undefined;
  }
}
