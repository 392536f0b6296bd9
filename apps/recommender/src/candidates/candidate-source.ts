/** Where a candidate came from. */
export type SourceName = 'model' | 'bought together' | 'viewed together' | 'similar' | 'same category' | 'trending';

/** A product with its source's own score, above 0. */
export interface Candidate {
  product: number;
  score: number;
}

/** The best candidates of one source, best first, ties by product id. */
export interface CandidateSource {
  name: SourceName;
  candidates: readonly Candidate[];
}
