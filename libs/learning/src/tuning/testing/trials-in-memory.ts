import type { TrialLog } from '../trial-book.js';
import type { TuningTrial } from '../tuning-trial.js';

/** Keeps trials until it holds `stopAfter` more than it was given, then fails. */
export class TrialsInMemory implements TrialLog {
  readonly kept: TuningTrial[] = [];
  readonly #stopAfter: number;

  constructor(kept: readonly TuningTrial[] = [], stopAfter = Infinity) {
    this.kept.push(...kept);
    this.#stopAfter = kept.length + stopAfter;
  }

  async add(trial: TuningTrial): Promise<void> {
    if (this.kept.length >= this.#stopAfter) throw new Error('stopped');
    this.kept.push(trial);
  }

  async list(): Promise<TuningTrial[]> {
    return [...this.kept];
  }
}
