import type { Candidate } from '../candidates/candidate-source.js';
import type { IdIndex } from '../columns/id-index.js';
import type { Answer } from './answer.js';
import type { HeldBack, RankingStages } from './ranking-stages.js';

/** A product at one stage. */
export interface RankedCandidate {
  productId: string;
  score: number;
  source: string;
}

/** {@link RankingStages} in the shop's own ids, with the answer they led to. */
export interface RankingExplanation {
  heldBack: { productId: string; rule: string }[];
  sources: { name: string; candidates: RankedCandidate[] }[];
  merged: RankedCandidate[];
  weighed: RankedCandidate[];
  leftOut: { productId: string; rule: string }[];
  list: Answer;
}

/** Puts the stages of an answer into words. */
export function rankingExplanation(
  heldBack: readonly HeldBack[],
  { sources, merged, weighed, arranged }: RankingStages,
  list: Answer,
  ids: IdIndex,
): RankingExplanation {
  const shown = ({ product, score }: Candidate, source: string): RankedCandidate => ({
    productId: ids.id(product),
    score,
    source,
  });
  return {
    heldBack: heldBack.map(({ product, rule }) => ({ productId: ids.id(product), rule })),
    sources: sources.map(({ name, candidates }) => ({
      name,
      candidates: candidates.map(candidate => shown(candidate, name)),
    })),
    merged: merged.map(entry => shown(entry, entry.source)),
    weighed: weighed.map(entry => shown(entry, entry.source)),
    leftOut: arranged.leftOut.map(({ product, rule }) => ({ productId: ids.id(product), rule })),
    list,
  };
}
