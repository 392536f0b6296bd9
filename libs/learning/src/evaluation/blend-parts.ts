import { interestWeightsOf, type InterestWeights, withoutInterests } from './product-interest.js';
import type { Candidate } from './candidate.js';

/** What a blend is made of. */
export interface BlendParts {
  /** One of each trainer. */
  readonly candidates: readonly Candidate[];
  /** What interests count as, for all of them; none where they learn from purchases alone. */
  readonly interestWeights?: InterestWeights | undefined;
}

/** The best so many trainers are blended. */
const MOST_PARTS = 4;

/**
 * What is worth blending: the best trainers, each with its best settings, as they learn from purchases alone, and those that learn from interests
 * too. The parts of a blend share one input, so in the latter all take the weights of the best.
 * @param candidates the best first.
 */
export function blendsOf(candidates: readonly Candidate[]): BlendParts[] {
  const single = candidates.filter(({ trainer }) => trainer !== 'blend');
  const interested = single.filter(({ parameters }) => interestWeightsOf(parameters));
  const plain = single.filter(({ parameters }) => !interestWeightsOf(parameters));
  return [
    { candidates: bestOfEach(plain) },
    {
      candidates: bestOfEach(interested).map(candidate => ({
        ...candidate,
        parameters: withoutInterests(candidate.parameters),
      })),
      interestWeights: interestWeightsOf(interested[0]?.parameters ?? {}),
    },
  ].filter(({ candidates: parts }) => parts.length > 1);
}

function bestOfEach(candidates: readonly Candidate[]): Candidate[] {
  const names = candidates.map(({ trainer }) => trainer);
  return candidates.filter(({ trainer }, at) => names.indexOf(trainer) === at).slice(0, MOST_PARTS);
}
