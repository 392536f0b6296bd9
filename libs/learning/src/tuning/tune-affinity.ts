import { availableParallelism } from 'node:os';
import type { ModelParameters } from '../affinity/affinity-model.js';
import { affinityTrainer } from '../affinity/trainers.js';
import { trialResultSchema } from '../evaluation/trial-messages.js';
import { drawParameters, searchableTrainers } from '../evaluation/search-space.js';
import type { Candidate, Trial, TrialResult } from '../evaluation/trials.js';
import type { PackedRows } from '../evaluation/packed-rows.js';
import type { TunedTrend } from '../evaluation/tune-trend.js';
import { Random } from '../random/random.js';
import { startWorker } from '../workers/start-worker.js';
import { TaskPool } from '../workers/task-pool.js';
import { ROUND, searchByHalving, type HalvingTrial } from './halving.js';
import { reached, type TuningTrial } from './tuning-trial.js';

/** Where trials are kept. */
export interface TrialLog {
  add(trial: TuningTrial): Promise<void>;
  list(name: string, orderLines: number): Promise<TuningTrial[]>;
}

export interface TuningOptions {
  /** Name of the model the trials are kept for. */
  readonly name: string;
  readonly seed: number;
  /** After this, no further step of a round is begun. */
  readonly budgetSeconds: number;
  /** Rounds at most; without end unless told. */
  readonly rounds?: number;
  /** Trainers to search; all with parameters unless told. */
  readonly trainers?: readonly string[];
  /** Worker threads; the machine's cores, at most 4, unless told. Results don't depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, stage: string) => void;
}

/** The best found, and how many trials this run did itself; those kept from earlier ones are not done again. */
export interface Tuning {
  readonly best: TuningTrial | undefined;
  readonly trials: number;
}

const PARTS_OF_BLEND = 4;
const MOST_DRAWS = 100;

/**
 * Searches the settings of all trainers by successive halving on order lines, off this thread, judged by NDCG@5 on validation; at last it blends
 * the best trainers. A trial is kept as soon as it is done: a search that was stopped goes on where it was.
 * @throws TaskFailedError when a training fails; the signal's reason when it is aborted.
 */
export async function tuneAffinity(rows: PackedRows, log: TrialLog, options: TuningOptions): Promise<Tuning> {
  const { name, seed, budgetSeconds, rounds = Infinity, trainers = searchableTrainers, signal } = options;
  const threads = options.threads ?? Math.min(4, availableParallelism());
  const startedMs = performance.now();
  const orderLines = rows.customer.length;
  const kept = (await log.list(name, orderLines)).filter(trial => trial.seed === seed);
  const done = new Map(kept.map(trial => [keyOf(trial, trial.share), trial]));
  const pool = new TaskPool<Trial, TrialResult>(
    threads,
    () => startWorker(import.meta.url, '../evaluation/trial-worker', { source: { kind: 'orders', rows }, threads }),
    result => trialResultSchema.parse(result),
  );
  let trials = 0;
  const spent = (): number => (performance.now() - startedMs) / 1000 / budgetSeconds;
  const keep = async (candidate: Candidate, share: number, trend: TunedTrend, trialMs: number): Promise<void> => {
    const { trainer, parameters } = candidate;
    const { plainNdcg5, ndcg5 } = trend;
    const seconds = trialMs / 1000;
    const trial = {
      name,
      seed,
      trainer,
      parameters,
      share,
      orderLines,
      plainNdcg5,
      ndcg5,
      seconds,
      triedAt: new Date(),
    };
    done.set(keyOf(candidate, share), trial);
    trials += 1;
    await log.add(trial);
  };
  const ask = (tasks: readonly Trial[], stage: string): Promise<TrialResult[]> =>
    pool.run(
      tasks.map(task => ({ task, cost: 1 })),
      { ...(signal && { signal }), onProgress: () => options.onProgress?.(Math.min(1, spent()), stage) },
    );
  try {
    let round = 0;
    await searchByHalving<Candidate>({
      draw: at => {
        round = at;
        return at < rounds ? settings(at, trainers, seed) : [];
      },
      isOver: () => spent() >= 1,
      run: async asked => {
        const fresh = asked.filter(({ setting, share }) => !done.has(keyOf(setting, share)));
        for (let at = 0; at < fresh.length; at += threads) await validate(fresh.slice(at, at + threads));
        return asked.map(({ setting, share }) => {
          const found = done.get(keyOf(setting, share));
          return found ? reached(found) : -Infinity;
        });
      },
    });
    const whole = [...done.values()].filter(({ share }) => share === 1).sort((a, b) => reached(b) - reached(a));
    const parts = whole
      .filter(({ trainer }, at) => trainer !== 'blend' && whole.findIndex(other => other.trainer === trainer) === at)
      .slice(0, PARTS_OF_BLEND)
      .map(({ trainer, parameters }): Candidate => ({ trainer, parameters, seed }));
    if (trials > 0 && parts.length > 1) {
      const results = await ask([{ kind: 'blend', candidates: parts }], 'learning the weights of the blend');
      for (const result of results) {
        if (result.kind === 'blend') await keep(result.candidate, 1, result.trend, result.fitMs);
      }
    }
    const [best] = [...done.values()].filter(({ share }) => share === 1).sort((a, b) => reached(b) - reached(a));
    return { best, trials };

    async function validate(asked: readonly HalvingTrial<Candidate>[]): Promise<void> {
      const names = [...new Set(asked.map(({ setting }) => setting.trainer))].join(', ');
      const stage = `round ${round + 1}: ${names} on ${Math.round((asked[0]?.share ?? 0) * 100)} % of the customers`;
      const results = await ask(
        asked.map(({ setting, share }) => ({ kind: 'validate', candidate: setting, share })),
        stage,
      );
      for (const [at, result] of results.entries()) {
        const trial = asked[at];
        if (trial && result.kind === 'validate') await keep(trial.setting, trial.share, result.trend, result.fitMs);
      }
    }
  } finally {
    await pool.close();
  }
}

/** Different settings, the trainers in turn. The first round begins with what a routine training tries, so that tuning never ends below it. */
function settings(round: number, trainers: readonly string[], seed: number): Candidate[] {
  const random = new Random(seed + 7919 * round);
  const found = new Map<string, Candidate>();
  const offer = (trainer: string, parameters: ModelParameters): void => {
    found.set(keyOf({ trainer, parameters }, 0), { trainer, parameters, seed });
  };
  if (round === 0) {
    for (const trainer of trainers) {
      for (const parameters of affinityTrainer(trainer).routine) offer(trainer, parameters);
    }
  }
  for (let draw = 0; found.size < ROUND.settings && draw < MOST_DRAWS; draw++) {
    const trainer = trainers[draw % trainers.length];
    if (trainer !== undefined) offer(trainer, drawParameters(trainer, random));
  }
  return [...found.values()];
}

function keyOf({ trainer, parameters }: Pick<TuningTrial, 'trainer' | 'parameters'>, share: number): string {
  return JSON.stringify([trainer, Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)), share]);
}
