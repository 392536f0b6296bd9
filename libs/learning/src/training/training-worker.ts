import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PromotionDecision } from '../registry/promotion-rule.js';
import type { ModelDraft, ModelRecord } from '../registry/model-record.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import type { Refused } from './trainer.js';
import type { TrainingRun } from './training-run.js';
import { LeaseLostError, type TrainingRuns } from './training-runs.js';

/** What a job is given. */
export interface JobContext {
  /** Id of the run. */
  readonly runId: string;
  /** Options of the request. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The model now live, if any. */
  readonly live: ModelRecord | undefined;
  readonly registry: ModelRegistry;
  /** Aborted when the worker stops or the run was taken over. */
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number, stage: string) => void;
}

/** What a job hands back: a new version with the decision whether it goes live, what came of another task, or why it trained nothing. */
export type JobOutcome =
  | { readonly kind: 'trained'; readonly draft: ModelDraft; readonly decision: PromotionDecision }
  | { readonly kind: 'done'; readonly reason: string }
  | Refused;

/** How one model is trained: reads its inputs, trains, decides on promotion. */
export type TrainingJob = (context: JobContext) => Promise<JobOutcome>;

/** Settings of a {@link TrainingWorker}. */
export interface TrainingWorkerOptions {
  readonly runs: TrainingRuns;
  readonly registry: ModelRegistry;
  /** The models it trains, by name. */
  readonly jobs: Readonly<Record<string, TrainingJob>>;
  /** How long a run stays its own without a heartbeat; 30,000 unless told. Beats come every third of it. */
  readonly leaseMs?: number;
  /** Pause between looks at the queue; 1,000 unless told. */
  readonly pollMs?: number;
  /** Runners that may abandon a run before it counts as failed; 3 unless told. */
  readonly maxAttempts?: number;
  /** Told how each run ended, and of a queue that can't be read. */
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** Something to log. */
export type TrainingEvent =
  | { readonly kind: 'started' | 'ended'; readonly run: TrainingRun }
  | { readonly kind: 'error'; readonly error: unknown };

/** Takes queued training runs one at a time, for the models it has jobs for, until stopped. */
export class TrainingWorker {
  readonly #options: TrainingWorkerOptions;
  readonly #runner = randomUUID();
  #stopping: AbortController | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: TrainingWorkerOptions) {
    this.#options = options;
  }

  /** Begins to take runs; a second call does nothing. */
  start(): void {
    if (this.#stopping) return;
    this.#stopping = new AbortController();
    this.#loop = this.#work(this.#stopping.signal);
  }

  /** Ends; a run in progress is cancelled and goes back to the queue. */
  async stop(): Promise<void> {
    this.#stopping?.abort(new Error('The training worker is stopping.'));
    await this.#loop;
    this.#stopping = undefined;
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { runs, jobs, leaseMs = 30_000, pollMs = 1000, maxAttempts = 3, onEvent } = this.#options;
    while (!signal.aborted) {
      let found = false;
      for (const [name, job] of Object.entries(jobs)) {
        if (signal.aborted) return;
        try {
          const run = await runs.claim(name, this.#runner, leaseMs, maxAttempts);
          if (!run) continue;
          found = true;
          onEvent?.({ kind: 'started', run });
          await this.#train(run, job, signal, leaseMs);
          const ended = await runs.get(run.id);
          if (ended) onEvent?.({ kind: 'ended', run: ended });
        } catch (error) {
          onEvent?.({ kind: 'error', error });
        }
      }
      if (!found) await delay(pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #train(run: TrainingRun, job: TrainingJob, stopping: AbortSignal, leaseMs: number): Promise<void> {
    const { runs, registry } = this.#options;
    const lost = new AbortController();
    const signal = AbortSignal.any([stopping, lost.signal]);
    let progress = 0;
    let stage = 'starting';
    let beating = Promise.resolve();
    const beat = (): void => {
      beating = beating.then(() =>
        runs.beat(run, this.#runner, leaseMs, progress, stage).catch((error: unknown) => lost.abort(error)),
      );
    };
    const heart = setInterval(beat, leaseMs / 3);
    const onProgress = (fraction: number, now: string): void => {
      const worthStoring = fraction - progress >= 0.02 || now !== stage;
      if (worthStoring) {
        progress = fraction;
        stage = now;
        beat();
      }
    };
    try {
      const live = await registry.live(run.name);
      const outcome = await job({ runId: run.id, options: run.options, live, registry, signal, onProgress });
      signal.throwIfAborted();
      await beating;
      await runs.beat(run, this.#runner, leaseMs, 1, 'publishing');
      const end = outcome.kind === 'trained' ? await this.#publish(outcome) : endWithout(outcome);
      clearInterval(heart);
      await beating;
      await runs.finish(run, this.#runner, end);
    } catch (error) {
      clearInterval(heart);
      await beating;
      if (lost.signal.aborted || error instanceof LeaseLostError) throw error;
      if (stopping.aborted) await runs.giveBack(run, this.#runner);
      else await runs.finish(run, this.#runner, { status: 'failed', reason: messageOf(error) });
    } finally {
      clearInterval(heart);
    }
  }

  async #publish(outcome: Extract<JobOutcome, { kind: 'trained' }>): Promise<Parameters<TrainingRuns['finish']>[2]> {
    const { registry } = this.#options;
    const { draft, decision } = outcome;
    const { name, version } = await registry.register(draft);
    if (decision.promote) await registry.promote(name, version, decision.reason);
    else await registry.reject(name, version, decision.reason);
    return { status: 'succeeded', version, promoted: decision.promote, reason: decision.reason };
  }
}

function endWithout({ kind, reason }: Exclude<JobOutcome, { kind: 'trained' }>): Parameters<TrainingRuns['finish']>[2] {
  return { status: kind === 'done' ? 'succeeded' : 'refused', reason };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
