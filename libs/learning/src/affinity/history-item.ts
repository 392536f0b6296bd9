/** One past item of a customer: the item's index among those of the model, and how much it counts. */
export interface HistoryItem {
  readonly item: number;
  /** Above 0; log1p(quantity) where the history is purchases. */
  readonly weight: number;
}
