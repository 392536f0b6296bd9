import type { Collection, Db, Document } from 'mongodb';
import type { TrialLog } from './trial-book.js';
import { tuningTrial, type TuningTrial } from './tuning-trial.js';

/** Rows may differ by this share for a trial to count again. */
const SAME_DATA = 0.01;

/** The trials of all tunings, in the collection `tuning_trials`. Those without a score, kept by earlier versions, are left out. */
export class TuningTrials implements TrialLog {
  readonly #trials: Collection<Document>;

  constructor(db: Db) {
    this.#trials = db.collection('tuning_trials');
  }

  async add(trial: TuningTrial): Promise<void> {
    await this.#trials.insertOne({ ...trial });
  }

  /** The trials of a model on about so many rows, the best first, those on more customers before. */
  async list(name: string, rows?: number): Promise<TuningTrial[]> {
    const about = rows === undefined ? {} : { rows: within(rows) };
    const found = await this.#trials.find({ name, score: { $exists: true }, ...about }).toArray();
    return found.map(trial => tuningTrial.parse(trial)).sort((a, b) => b.share - a.share || b.score - a.score);
  }

  /** The trials on all customers, of one trainer's where one is named, on about the data of the newest of them; the best first. */
  async newest(name: string, trainer?: string): Promise<TuningTrial[]> {
    const wanted = { name, share: 1, score: { $exists: true }, ...(trainer && { trainer }) };
    const newest = await this.#trials.findOne(wanted, { sort: { triedAt: -1 } });
    if (!newest) return [];
    const trials = await this.list(name, tuningTrial.parse(newest).rows);
    return trials.filter(trial => trial.share === 1 && (trainer === undefined || trial.trainer === trainer));
  }
}

function within(rows: number): { $gte: number; $lte: number } {
  return { $gte: Math.floor(rows * (1 - SAME_DATA)), $lte: Math.ceil(rows * (1 + SAME_DATA)) };
}
