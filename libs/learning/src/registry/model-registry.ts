import { MongoServerError, type ClientSession, type Collection, type Db, type Document } from 'mongodb';
import { ArtifactStore } from './artifact-store.js';
import {
  modelRecord,
  servingState,
  type ModelDraft,
  type ModelRecord,
  type ServingState,
  type TrafficShare,
} from './model-record.js';
import { ModelChangeError, ModelNotFoundError } from './registry-errors.js';
import { stickyChoice } from './sticky-choice.js';
import { watchServing } from './watch-serving.js';

const DUPLICATE_KEY = 11000;

/**
 * Versions of models with their artifacts, and which of them serve. Kept in the collections `models`,
 * `model_serving` and the GridFS bucket `model_artifacts` of a database; needs a replica set.
 */
export class ModelRegistry {
  readonly #db: Db;
  readonly #models: Collection<Document>;
  readonly #serving: Collection<Document>;
  readonly #artifacts: ArtifactStore;

  constructor(db: Db) {
    this.#db = db;
    this.#models = db.collection('models');
    this.#serving = db.collection('model_serving');
    this.#artifacts = new ArtifactStore(db);
  }

  /** Creates the indexes; call once at start. */
  async prepare(): Promise<void> {
    await this.#models.createIndex({ name: 1, version: 1 }, { unique: true });
    await this.#serving.createIndex({ name: 1 }, { unique: true });
  }

  /** Stores a new version as a candidate. */
  async register(draft: ModelDraft): Promise<ModelRecord> {
    const { artifact, ...rest } = draft;
    const stored = await this.#artifacts.write(draft.name, artifact);
    for (;;) {
      const [newest] = await this.#models.find({ name: draft.name }).sort({ version: -1 }).limit(1).toArray();
      const version = newest ? modelRecord.parse(newest).version + 1 : 1;
      const record = modelRecord.parse({ ...rest, version, artifact: stored, status: 'candidate', reason: 'trained' });
      try {
        await this.#models.insertOne({ ...record });
        return record;
      } catch (error) {
        if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
      }
    }
  }

  /** All versions of a model, or of every model, by name, the newest first. */
  async list(name?: string): Promise<ModelRecord[]> {
    const found = await this.#models
      .find(name === undefined ? {} : { name })
      .sort({ name: 1, version: -1 })
      .toArray();
    return found.map(record => modelRecord.parse(record));
  }

  /** @throws ModelNotFoundError */
  async get(name: string, version: number, session?: ClientSession): Promise<ModelRecord> {
    const found = await this.#models.findOne({ name, version }, { ...(session && { session }) });
    if (!found) throw new ModelNotFoundError(`There is no version ${version} of the model ${name}.`);
    return modelRecord.parse(found);
  }

  /** The record that is live, if any is. */
  async live(name: string): Promise<ModelRecord | undefined> {
    const state = await this.serving(name);
    return state && (await this.get(name, state.live));
  }

  /** Which versions serve, if the model was ever promoted. */
  async serving(name: string, session?: ClientSession): Promise<ServingState | undefined> {
    const found = await this.#serving.findOne({ name }, { ...(session && { session }) });
    return found ? servingState.parse(found) : undefined;
  }

  /** The version that serves this customer, if the model was ever promoted; see {@link stickyChoice}. */
  async versionFor(name: string, customerId: string): Promise<number | undefined> {
    const state = await this.serving(name);
    return state && stickyChoice(state, customerId);
  }

  /**
   * The artifact's bytes, verified.
   * @throws ArtifactMismatchError when they are not the registered ones.
   */
  load(record: ModelRecord): Promise<Uint8Array<ArrayBuffer>> {
    return this.#artifacts.read(record);
  }

  /** Makes a version live for everyone; the version live before is retired. */
  async promote(name: string, version: number, reason = 'promoted'): Promise<ServingState> {
    return this.#change(async session => {
      const record = await this.get(name, version, session);
      await this.load(record);
      const before = await this.serving(name, session);
      if (before?.live === version) return this.#store({ ...before, traffic: everyone(version) }, before, session);
      if (before) await this.#setStatus(name, before.live, 'retired', `replaced by version ${version}`, session);
      await this.#setStatus(name, version, 'live', reason, session);
      const history = before ? [...before.history.filter(old => old !== version), before.live] : [];
      return this.#store({ name, live: version, history, traffic: everyone(version), revision: 0 }, before, session);
    });
  }

  /**
   * Makes the version that was live before live again.
   * @throws ModelChangeError when there is none.
   */
  async rollback(name: string): Promise<ServingState> {
    return this.#change(async session => {
      const before = await this.serving(name, session);
      const previous = before?.history.at(-1);
      if (!before || previous === undefined) {
        throw new ModelChangeError(`The model ${name} has no earlier live version to go back to.`);
      }
      await this.load(await this.get(name, previous, session));
      await this.#setStatus(name, before.live, 'retired', `rolled back to version ${previous}`, session);
      await this.#setStatus(name, previous, 'live', `rolled back from version ${before.live}`, session);
      const history = before.history.slice(0, -1);
      return this.#store({ ...before, live: previous, history, traffic: everyone(previous) }, before, session);
    });
  }

  /**
   * Splits the customers between versions; what the percents leave goes to the live version.
   * @throws ModelChangeError when percents are not between 0 and 100 in all, or the model was never promoted.
   */
  async setTraffic(name: string, traffic: readonly TrafficShare[]): Promise<ServingState> {
    const total = traffic.reduce((sum, { percent }) => sum + percent, 0);
    if (traffic.some(({ percent }) => !(percent >= 0 && percent <= 100)) || total > 100) {
      throw new ModelChangeError(
        `Traffic of ${name} adds up to ${total} %; each part must be 0 … 100, all at most 100.`,
      );
    }
    if (new Set(traffic.map(({ version }) => version)).size !== traffic.length) {
      throw new ModelChangeError(`Traffic of ${name} names a version twice.`);
    }
    return this.#change(async session => {
      const before = await this.serving(name, session);
      if (!before) throw new ModelChangeError(`The model ${name} has no live version; promote one first.`);
      for (const { version } of traffic) await this.load(await this.get(name, version, session));
      return this.#store({ ...before, traffic: traffic.map(share => ({ ...share })) }, before, session);
    });
  }

  /** Marks a candidate as not fit to serve. */
  async reject(name: string, version: number, reason: string): Promise<void> {
    const state = await this.serving(name);
    if (state?.live === version)
      throw new ModelChangeError(`Version ${version} of ${name} is live; promote another first.`);
    await this.get(name, version);
    await this.#setStatus(name, version, 'rejected', reason);
  }

  /**
   * Calls `onChange` with the state now (if there is one) and after every change, until the returned function is
   * called. A lost connection is taken up again; states in between may be skipped, the newest never is.
   */
  watch(name: string, onChange: (state: ServingState) => void): () => Promise<void> {
    return watchServing(this.#serving, name, onChange);
  }

  async #change<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    return this.#db.client.withSession(session => session.withTransaction(() => work(session)));
  }

  async #store(next: ServingState, before: ServingState | undefined, session: ClientSession): Promise<ServingState> {
    const state = { ...next, revision: (before?.revision ?? 0) + 1 };
    await this.#serving.replaceOne({ name: state.name }, { ...state }, { upsert: true, session });
    return state;
  }

  async #setStatus(
    name: string,
    version: number,
    status: ModelRecord['status'],
    reason: string,
    session?: ClientSession,
  ): Promise<void> {
    await this.#models.updateOne({ name, version }, { $set: { status, reason } }, { ...(session && { session }) });
  }
}

function everyone(version: number): ServingState['traffic'] {
  return [{ version, percent: 100 }];
}
