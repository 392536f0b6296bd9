import type { ModelParameters } from '../affinity/affinity-model.js';
import { affinityTrainer } from '../affinity/trainers.js';
import { blendsOf } from '../evaluation/blend-parts.js';
import type { Candidate } from '../evaluation/candidate.js';
import { trialResultSchema } from '../evaluation/trial-messages.js';
import { drawParameters, searchableTrainers } from '../evaluation/search-space.js';
import type { Trial, TrialResult, TrialSource } from '../evaluation/trials.js';
import { Random } from '../random/random.js';
import { startWorker } from '../workers/start-worker.js';
import { TaskPool, type PoolTask } from '../workers/task-pool.js';
import { ROUND } from './halving.js';
import { searchTrials, threadsOf, type TuningOptions, withinBudget } from './search-trials.js';
import { TrialBook, type TrialLog } from './trial-book.js';
import { settingKey, type TrialOutcome, type TuningTrial } from './tuning-trial.js';

export interface AffinityTuningOptions extends TuningOptions {
  /** Trainers to search; all with parameters unless told. */
  readonly trainers?: readonly string[];
}

/** The best found, and how many trials this run did itself; those kept from earlier ones are not done again. */
export interface Tuning {
  readonly best: TuningTrial | undefined;
  readonly trials: number;
}

const MOST_DRAWS = 100;

/**
 * Searches the settings of all trainers by successive halving on order lines, off this thread, judged by NDCG@5 on validation; at last it blends
 * the best trainers. A trial is kept as soon as it is done: a search that was stopped goes on where it was.
 * @throws TaskFailedError when a training fails; the signal's reason when it is aborted.
 */
export async function tuneAffinity(
  source: TrialSource,
  log: TrialLog,
  options: AffinityTuningOptions,
): Promise<Tuning> {
  const { name, seed, trainers = searchableTrainers } = options;
  const threads = threadsOf(options);
  const withInterests = (source.interests?.customer.length ?? 0) > 0;
  const book = await TrialBook.open(log, { name, seed, rows: source.rows.customer.length });
  const pool = new TaskPool<Trial, TrialResult>(
    threads,
    () => startWorker(import.meta.url, '../evaluation/trial-worker', { source, threads }),
    result => trialResultSchema.parse(result),
  );
  try {
    await withinBudget(options, async signal => {
      await searchTrials<Candidate>(
        book,
        {
          draw: round => settings(round, trainers, seed, withInterests),
          title: candidates => [...new Set(candidates.map(({ trainer }) => trainer))].join(', '),
          tryOut: async (trials, batch) => {
            const results = await pool.run(
              trials.map(({ setting, share }) => ({ task: { kind: 'validate', candidate: setting, share }, cost: 1 })),
              batch,
            );
            return results.map(outcomeOf);
          },
        },
        { ...options, signal },
      );
      if (book.added === 0) return;
      const onProgress = (): void => options.onProgress?.(1, 'learning the weights of the blend');
      const whole = book.whole().map(({ trainer, parameters }) => ({ trainer, parameters, seed }));
      for (const parts of blendsOf(whole)) {
        const blend: PoolTask<Trial> = { task: { kind: 'blend', ...parts }, cost: 1 };
        const [result] = await pool.run([blend], { signal, onProgress });
        if (result?.kind === 'blend') await book.add(result.candidate, 1, outcomeOf(result));
      }
    });
    return { best: book.whole()[0], trials: book.added };
  } finally {
    await pool.close();
  }
}

/** NDCG@5 with or without a trend, whichever is higher. */
function outcomeOf(result: TrialResult): TrialOutcome {
  if (result.kind !== 'validate' && result.kind !== 'blend') throw new RangeError(`A ${result.kind} is no trial.`);
  const { plainNdcg5, ndcg5 } = result.trend;
  return {
    score: Math.max(plainNdcg5, ndcg5),
    figures: { ndcg5: plainNdcg5, ndcg5_with_trend: ndcg5 },
    seconds: result.fitMs / 1000,
  };
}

/** Different settings, the trainers in turn, half of them with weights of interests where there are any. The first round begins with what a routine training tries, so that tuning never ends below it. */
function settings(round: number, trainers: readonly string[], seed: number, withInterests: boolean): Candidate[] {
  const random = new Random(seed + 7919 * round);
  const found = new Map<string, Candidate>();
  const offer = (trainer: string, parameters: ModelParameters): void => {
    found.set(settingKey({ trainer, parameters }), { trainer, parameters, seed });
  };
  if (round === 0) {
    for (const trainer of trainers) {
      for (const parameters of affinityTrainer(trainer).routine) offer(trainer, parameters);
    }
  }
  for (let draw = 0; found.size < ROUND.settings && draw < MOST_DRAWS; draw++) {
    const trainer = trainers[draw % trainers.length];
    const interested = withInterests && random.next() < 0.5;
    if (trainer !== undefined) offer(trainer, drawParameters(trainer, random, interested));
  }
  return [...found.values()];
}
