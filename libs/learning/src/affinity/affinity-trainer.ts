import type { Interactions } from '../interactions/interactions.js';
import type { AffinityModel, ModelParameters } from './affinity-model.js';

/** What every fit gets besides its data. */
export interface FitOptions {
  readonly seed: number;
  /** Threads a fit may use, its own among them; its result does not depend on it. */
  readonly threads?: number;
  /** Checked between steps; an aborted fit throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with the finished part, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * One way to learn an {@link AffinityModel}. The same interactions, parameters and seed give the same bytes. Values of
 * the interactions are confidences above 0, such as log1p(quantity).
 */
export interface AffinityTrainer {
  readonly name: string;
  /** Whether it can learn only from interactions that tell their days. */
  readonly needsDays?: boolean;
  /** Parameters tried by a full evaluation. */
  readonly grid: readonly ModelParameters[];
  /** The few tried by a routine training, chosen to be fast. */
  readonly routine: readonly ModelParameters[];
  /** @throws z.ZodError when a parameter is missing or out of range. */
  fit(train: Interactions, parameters: ModelParameters, options: FitOptions): Promise<AffinityModel>;
}

/** Reports progress and throws where the caller gave up. */
export function step(options: FitOptions, fraction: number): void {
  options.signal?.throwIfAborted();
  options.onProgress?.(fraction);
}
