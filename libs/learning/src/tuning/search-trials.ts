import { availableParallelism } from 'node:os';
import { searchByHalving, type HalvingTrial } from './halving.js';
import type { TrialBook } from './trial-book.js';
import type { TrialOutcome, TrialSetting } from './tuning-trial.js';

/** How long and how wide a search goes, and who is told. */
export interface TuningOptions {
  /** Name of the model the trials are kept for. */
  readonly name: string;
  readonly seed: number;
  /** After four fifths of this no further trial is begun; what is then not done in time is cut off. */
  readonly budgetSeconds: number;
  /** Rounds at most; as many as there are settings for unless told. */
  readonly rounds?: number;
  /** Worker threads; the machine's cores, at most 4, unless told. Results don't depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, stage: string) => void;
}

/** How a batch of trials is watched and stopped. */
export interface BatchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress: () => void;
}

/** What is searched. */
export interface TrialSearch<Setting extends TrialSetting> {
  /** Settings of a round, the first being 0; none ends the search. */
  readonly draw: (round: number) => readonly Setting[];
  /** Names settings, for those who watch. */
  readonly title: (settings: readonly Setting[]) => string;
  /** Tries settings at the same time, as many as there are threads. */
  readonly tryOut: (
    trials: readonly HalvingTrial<Setting>[],
    options: BatchOptions,
  ) => Promise<readonly TrialOutcome[]>;
}

const BEGUN_WITHIN = 0.8;

/** Does work on a budget: what is not done when the time is over is cut off, and no error. */
export async function withinBudget(
  options: TuningOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const spent = AbortSignal.timeout(Math.ceil(options.budgetSeconds * 1000));
  try {
    await work(options.signal ? AbortSignal.any([options.signal, spent]) : spent);
  } catch (error) {
    if (!spent.aborted || options.signal?.aborted) throw error;
  }
}

/** Threads a search uses. */
export function threadsOf({ threads }: TuningOptions): number {
  return threads ?? Math.min(4, availableParallelism());
}

/** Successive halving until the time is over or every round is done. What the book holds is not tried again; what is tried is kept as soon as it is done. */
export async function searchTrials<Setting extends TrialSetting>(
  book: TrialBook,
  { draw, title, tryOut }: TrialSearch<Setting>,
  options: TuningOptions,
): Promise<void> {
  const { budgetSeconds, rounds = Infinity, signal, onProgress } = options;
  const threads = threadsOf(options);
  const startedMs = performance.now();
  const spent = (): number => (performance.now() - startedMs) / 1000 / budgetSeconds;
  const isOver = (): boolean => spent() >= BEGUN_WITHIN;
  let round = 0;
  await searchByHalving<Setting>({
    draw: at => {
      round = at;
      return at < rounds ? draw(at) : [];
    },
    isOver,
    run: async asked => {
      const fresh = asked.filter(({ setting, share }) => !book.find(setting, share));
      for (let at = 0; at < fresh.length && !isOver(); at += threads) await tryTogether(fresh.slice(at, at + threads));
      return asked.map(({ setting, share }) => book.find(setting, share)?.score ?? -Infinity);
    },
  });

  async function tryTogether(trials: readonly HalvingTrial<Setting>[]): Promise<void> {
    const percent = Math.round((trials[0]?.share ?? 0) * 100);
    const stage = `round ${round + 1}: ${title(trials.map(({ setting }) => setting))} on ${percent} % of the customers`;
    const outcomes = await tryOut(trials, {
      ...(signal && { signal }),
      onProgress: () => onProgress?.(Math.min(1, spent()), stage),
    });
    for (const [at, outcome] of outcomes.entries()) {
      const trial = trials[at];
      if (trial) await book.add(trial.setting, trial.share, outcome);
    }
  }
}
