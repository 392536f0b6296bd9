/** How well one customer's list met what they bought next. All 0 … 1. */
export interface CustomerScores {
  readonly hitRate5: number;
  readonly ndcg5: number;
  readonly map5: number;
  readonly recall5: number;
  readonly recall20: number;
}
