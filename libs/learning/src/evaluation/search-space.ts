import type { ModelParameters } from '../affinity/affinity-model.js';
import { affinityTrainer } from '../affinity/trainers.js';
import { interestWeightsOf, takesInterests } from './product-interest.js';
import type { Random } from '../random/random.js';

/** Values worth trying of each parameter, in order. */
type Space = Readonly<Record<string, readonly number[]>>;

const NEIGHBOURS = [10, 20, 50, 100, 200, 400];

const SPACES: Readonly<Record<string, Space>> = {
  'popularity-decay': { halfLifeDays: [7, 14, 30, 60, 90, 180, 365, 730] },
  'bought-together': { neighbours: NEIGHBOURS },
  cosine: { neighbours: NEIGHBOURS },
  bm25: { neighbours: NEIGHBOURS, k1: [0.3, 0.6, 1.2, 2.4, 5, 10], b: [0, 0.25, 0.5, 0.75, 1] },
  als: {
    factors: [4, 8, 16, 32, 64, 96],
    regularisation: [0.3, 1, 3, 10, 30, 100],
    alpha: [0.25, 0.5, 1, 2, 4, 8],
  },
  ease: {
    regularisation: [2, 4, 6, 8, 10, 14, 20, 30],
    dropout: [0, 0.1, 0.2, 0.3, 0.5],
    userDamping: [0, 0.25, 0.5, 0.75],
  },
};

/** What interests may count as, for candidates that learn from them. */
const INTEREST_SPACE: Space = { viewWeight: [0, 0.1, 0.25, 0.5, 1], cartWeight: [0, 0.5, 1, 2, 4] };

/** Names of the trainers that have parameters to search. */
export const searchableTrainers: readonly string[] = Object.keys(SPACES);

/** Parameters drawn at random from a trainer's space; those without a space are as in its grid. */
export function drawParameters(trainer: string, random: Random, withInterests = false): ModelParameters {
  const space = { ...SPACES[trainer], ...(withInterests && takesInterests(trainer) && INTEREST_SPACE) };
  const drawn = Object.entries(space).map(([name, values]) => [name, values[random.nextInt(values.length)]!]);
  return { ...affinityTrainer(trainer).grid[0], ...Object.fromEntries(drawn) };
}

/** The settings one step away from these along each parameter of the trainer's space, and along the weights of interests where they have such, in both directions. */
export function parametersAround(trainer: string, parameters: ModelParameters): ModelParameters[] {
  const space = { ...SPACES[trainer], ...(interestWeightsOf(parameters) && INTEREST_SPACE) };
  return Object.entries(space).flatMap(([name, values]) => {
    const own = Number(parameters[name]);
    const below = values.findLast(value => value < own);
    const above = values.find(value => value > own);
    return [below, above].filter(value => value !== undefined).map(value => ({ ...parameters, [name]: value }));
  });
}
