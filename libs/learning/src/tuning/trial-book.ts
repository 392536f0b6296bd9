import { settingKey, type TrialOutcome, type TrialSetting, type TuningTrial } from './tuning-trial.js';

/** Where trials are kept. */
export interface TrialLog {
  add(trial: TuningTrial): Promise<void>;
  list(name: string, rows: number): Promise<TuningTrial[]>;
}

/** The trials of one search: those kept from earlier on, and those it adds. */
export class TrialBook {
  readonly #log: TrialLog;
  readonly #search: Pick<TuningTrial, 'name' | 'seed' | 'rows'>;
  readonly #trials: Map<string, TuningTrial>;
  #added = 0;

  private constructor(log: TrialLog, search: Pick<TuningTrial, 'name' | 'seed' | 'rows'>, kept: TuningTrial[]) {
    this.#log = log;
    this.#search = search;
    this.#trials = new Map(kept.map(trial => [keyOf(trial, trial.share), trial]));
  }

  /** With the trials that were kept of the same model and seed on about as many rows. */
  static async open(log: TrialLog, search: Pick<TuningTrial, 'name' | 'seed' | 'rows'>): Promise<TrialBook> {
    const kept = await log.list(search.name, search.rows);
    return new TrialBook(
      log,
      search,
      kept.filter(({ seed }) => seed === search.seed),
    );
  }

  /** Trials added to it. */
  get added(): number {
    return this.#added;
  }

  find(setting: TrialSetting, share: number): TuningTrial | undefined {
    return this.#trials.get(keyOf(setting, share));
  }

  /** Keeps a trial for good. */
  async add({ trainer, parameters }: TrialSetting, share: number, outcome: TrialOutcome): Promise<void> {
    const trial = { ...this.#search, trainer, parameters, share, ...outcome, triedAt: new Date() };
    this.#trials.set(keyOf(trial, share), trial);
    this.#added += 1;
    await this.#log.add(trial);
  }

  /** The trials on all customers, the best first. */
  whole(): TuningTrial[] {
    return [...this.#trials.values()].filter(({ share }) => share === 1).sort((a, b) => b.score - a.score);
  }
}

function keyOf(setting: TrialSetting, share: number): string {
  return `${settingKey(setting)} ${share}`;
}
