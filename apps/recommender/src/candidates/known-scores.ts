import type { HistoryItem } from '@laurel/learning';
import type { PlacedModel } from '../models/placed-model.js';
import type { ScoredHistory } from './model-candidates.js';

/** Knows of some customers already what a model says about their histories. */
export interface KnownScores {
  /** Whether anything is known of a customer. */
  has(customer: number): boolean;
  /** What the model says about exactly this history, of everything that may be shown to the customer; undefined where it is not known. */
  of(customer: number, placed: PlacedModel, history: readonly HistoryItem[]): ScoredHistory | undefined;
}
