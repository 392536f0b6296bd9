import {
  type ModelRecord,
  type ModelRegistry,
  stickyChoice,
  type ServingState,
  type TrainingRuns,
} from '@laurel/learning';
import { TierModel, tierModelSchema } from '../tiers/tier-model.js';

/** The name of the tiers' model in the registry. */
export const USER_CLUSTERS = 'user_clusters';

/** A version that can score. */
export interface LoadedTierModel {
  version: number;
  model: TierModel;
  trainedAt: Date;
  /** The training run that made it, where it is known. */
  runId: string | null;
}

/** One state of what serves: every version that gets customers, loaded and verified. */
export class LiveTierModels {
  static readonly NONE = new LiveTierModels(undefined, new Map());

  private constructor(
    readonly state: ServingState | undefined,
    private readonly versions: ReadonlyMap<number, LoadedTierModel>,
  ) {}

  /** Loads every version that a state names. @throws ArtifactMismatchError when an artifact is not what was registered. */
  static async load(registry: ModelRegistry, runs: TrainingRuns, state: ServingState): Promise<LiveTierModels> {
    const numbers = new Set([
      state.live,
      ...state.traffic.filter(({ percent }) => percent > 0).map(({ version }) => version),
    ]);
    const finished = await runs.list(USER_CLUSTERS, 1000);
    const versions = new Map<number, LoadedTierModel>();
    for (const version of numbers) {
      const record = await registry.get(USER_CLUSTERS, version);
      const runId = finished.find(run => run.version === version)?.id ?? null;
      versions.set(version, {
        version,
        model: await loadTierModel(registry, record),
        trainedAt: record.trainedAt,
        runId,
      });
    }
    return new LiveTierModels(state, versions);
  }

  /** Rises with every change of what serves; 0 before anything does. */
  get revision(): number {
    return this.state?.revision ?? 0;
  }

  /** The version that is live for whoever is in no split. */
  get live(): LoadedTierModel | undefined {
    return this.state && this.versions.get(this.state.live);
  }

  /** The version that serves a customer: always the same while the traffic is. */
  modelFor(customerId: string): LoadedTierModel | undefined {
    return this.state && this.versions.get(stickyChoice(this.state, customerId));
  }
}

/** The model that a version holds. @throws ArtifactMismatchError when its artifact is not what was registered. */
export async function loadTierModel(registry: ModelRegistry, record: ModelRecord): Promise<TierModel> {
  const data: unknown = JSON.parse(new TextDecoder().decode(await registry.load(record)));
  return new TierModel(tierModelSchema.parse(data));
}
