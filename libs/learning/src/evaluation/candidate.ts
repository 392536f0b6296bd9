import type { ModelParameters } from '../affinity/affinity-model.js';

/** A trainer with its parameters. */
export interface Candidate {
  readonly trainer: string;
  readonly parameters: ModelParameters;
  readonly seed: number;
}
