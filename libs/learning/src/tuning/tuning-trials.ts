import type { Collection, Db, Document } from 'mongodb';
import { tuningTrial, reached, type TuningTrial } from './tuning-trial.js';

/** Order lines may differ by this share for a trial to count again. */
const SAME_DATA = 0.01;

/** The trials of all tunings, in the collection `tuning_trials`. */
export class TuningTrials {
  readonly #trials: Collection<Document>;

  constructor(db: Db) {
    this.#trials = db.collection('tuning_trials');
  }

  async add(trial: TuningTrial): Promise<void> {
    await this.#trials.insertOne({ ...trial });
  }

  /** The trials of a model on about so many order lines, the best first, those on more customers before. */
  async list(name: string, orderLines?: number): Promise<TuningTrial[]> {
    const about = orderLines === undefined ? {} : { orderLines: within(orderLines) };
    const found = await this.#trials.find({ name, ...about }).toArray();
    return found.map(trial => tuningTrial.parse(trial)).sort((a, b) => b.share - a.share || reached(b) - reached(a));
  }

  /** The best trial on all customers, of one trainer's where one is named, of those on the data of the newest one. */
  async best(name: string, trainer?: string): Promise<TuningTrial | undefined> {
    const newest = await this.#trials.findOne(
      { name, share: 1, ...(trainer && { trainer }) },
      { sort: { triedAt: -1 } },
    );
    if (!newest) return undefined;
    const trials = await this.list(name, tuningTrial.parse(newest).orderLines);
    return trials.find(trial => trainer === undefined || trial.trainer === trainer);
  }
}

function within(orderLines: number): { $gte: number; $lte: number } {
  return { $gte: Math.floor(orderLines * (1 - SAME_DATA)), $lte: Math.ceil(orderLines * (1 + SAME_DATA)) };
}
