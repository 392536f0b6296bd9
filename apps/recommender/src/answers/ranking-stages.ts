import type { CandidateSource } from '../candidates/candidate-source.js';
import type { Arranged } from '../ranking/arrange.js';
import type { RankedProduct } from '../ranking/blend.js';

/** A product that is kept from one customer before anything is ranked. */
export interface HeldBack {
  product: number;
  rule: 'bought before' | 'in the cart' | 'reserved for a tier';
}

/** How one answer came about, stage by stage; products by number. */
export interface RankingStages {
  /** What each source offered, each with scores of its own. */
  sources: readonly CandidateSource[];
  /** The sources merged, before any rule. */
  merged: readonly RankedProduct[];
  /** After boosts, margins and burying. */
  weighed: readonly RankedProduct[];
  /** The list as it is shown, and what rules kept out of it. */
  arranged: Arranged;
}
