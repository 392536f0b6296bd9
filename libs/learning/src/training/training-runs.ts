import { randomUUID } from 'node:crypto';
import { MongoServerError, type Collection, type Db, type Document } from 'mongodb';
import { trainingRun, type TrainingRun } from './training-run.js';

const DUPLICATE_KEY = 11000;

/** A run taken away from its runner, for example after a pause longer than the lease. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** The queue of training runs in the collections `training_runs` and `training_leases`. */
export class TrainingRuns {
  readonly #runs: Collection<Document>;
  readonly #leases: Collection<Document>;

  constructor(db: Db) {
    this.#runs = db.collection('training_runs');
    this.#leases = db.collection('training_leases');
  }

  /** Creates the indexes; call once at start. */
  async prepare(): Promise<void> {
    await this.#runs.createIndex({ id: 1 }, { unique: true });
    await this.#runs.createIndex({ name: 1, status: 1, requestedAt: 1 });
    await this.#leases.createIndex({ name: 1 }, { unique: true });
  }

  /** Queues a run of a model; returns its id. `options` reach the job as they are. */
  async request(name: string, options: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const run: TrainingRun = {
      id: randomUUID(),
      name,
      status: 'queued',
      options,
      requestedAt: new Date(),
      progress: 0,
      stage: 'waiting',
      attempts: 0,
    };
    await this.#runs.insertOne({ ...run });
    return run.id;
  }

  async get(id: string): Promise<TrainingRun | undefined> {
    const found = await this.#runs.findOne({ id });
    return found ? trainingRun.parse(found) : undefined;
  }

  /** Runs of a model, or of every model, the newest first. */
  async list(name?: string, limit = 50): Promise<TrainingRun[]> {
    const found = await this.#runs
      .find(name === undefined ? {} : { name })
      .sort({ requestedAt: -1 })
      .limit(limit)
      .toArray();
    return found.map(run => trainingRun.parse(run));
  }

  /**
   * Takes the oldest waiting or abandoned run of a model, unless another runner works on that model. A run abandoned
   * `maxAttempts` times is marked failed instead.
   */
  async claim(name: string, runner: string, leaseMs: number, maxAttempts: number): Promise<TrainingRun | undefined> {
    if (!(await this.#takeLease(name, runner, leaseMs))) return undefined;
    await this.#runs.updateMany(
      { name, status: 'running', leaseUntil: { $lte: new Date() }, attempts: { $gte: maxAttempts } },
      { $set: { status: 'failed', finishedAt: new Date(), reason: `abandoned by ${maxAttempts} runners in a row` } },
    );
    const now = new Date();
    const claimed = await this.#runs.findOneAndUpdate(
      { name, $or: [{ status: 'queued' }, { status: 'running', leaseUntil: { $lte: now } }] },
      {
        $set: { status: 'running', runner, startedAt: now, leaseUntil: after(leaseMs), progress: 0, stage: 'starting' },
        $inc: { attempts: 1 },
      },
      { sort: { requestedAt: 1 }, returnDocument: 'after' },
    );
    if (claimed) return trainingRun.parse(claimed);
    await this.release(name, runner);
    return undefined;
  }

  /**
   * Heartbeat: holds the run for another `leaseMs` and stores how far it is.
   * @throws LeaseLostError when the run is no longer this runner's.
   */
  async beat(run: TrainingRun, runner: string, leaseMs: number, progress: number, stage: string): Promise<void> {
    const result = await this.#runs.updateOne(
      { id: run.id, runner, status: 'running' },
      { $set: { leaseUntil: after(leaseMs), progress, stage } },
    );
    if (result.matchedCount === 0 || !(await this.#takeLease(run.name, runner, leaseMs))) {
      throw new LeaseLostError(`Training run ${run.id} of ${run.name} was taken over from ${runner}.`);
    }
  }

  /** Ends a run; does nothing when it is no longer this runner's. Returns whether it was. */
  async finish(
    run: TrainingRun,
    runner: string,
    end: Pick<TrainingRun, 'status'> & Partial<Pick<TrainingRun, 'reason' | 'version' | 'promoted'>>,
  ): Promise<boolean> {
    const { matchedCount } = await this.#runs.updateOne(
      { id: run.id, runner, status: 'running' },
      {
        $set: { ...end, finishedAt: new Date(), ...(end.status === 'succeeded' && { progress: 1, stage: 'done' }) },
        $unset: { leaseUntil: '' },
      },
    );
    await this.release(run.name, runner);
    return matchedCount > 0;
  }

  /** Puts a run back into the queue, as if it had never been taken up. */
  async giveBack(run: TrainingRun, runner: string): Promise<void> {
    await this.#runs.updateOne(
      { id: run.id, runner, status: 'running' },
      {
        $set: { status: 'queued', progress: 0, stage: 'waiting' },
        $unset: { leaseUntil: '', runner: '', startedAt: '' },
        $inc: { attempts: -1 },
      },
    );
    await this.release(run.name, runner);
  }

  async release(name: string, runner: string): Promise<void> {
    await this.#leases.deleteOne({ name, runner });
  }

  async #takeLease(name: string, runner: string, leaseMs: number): Promise<boolean> {
    try {
      await this.#leases.updateOne(
        { name, $or: [{ runner }, { until: { $lte: new Date() } }] },
        { $set: { runner, until: after(leaseMs) } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }
}

function after(ms: number): Date {
  return new Date(Date.now() + ms);
}
