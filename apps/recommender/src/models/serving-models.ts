import {
  deserializeAffinityModel,
  InnerProductSearch,
  interestWeightsOf,
  type AffinityModel,
  type InterestWeights,
  type ModelRegistry,
  type ServingState,
  stickyChoice,
} from '@laurel/learning';
import type { Logger } from 'pino';
import { MOST_SEARCHED } from './placed-model.js';
import type { ServedVersion } from './served-version.js';

/** The name of the trained model in the registry. */
export const AFFINITY_MODEL = 'product_affinity';

/** A model that is loaded and verified. */
export interface LoadedModel {
  model: AffinityModel;
  version: ServedVersion;
  /** Finds its best items without scoring all, where the model allows it; one for all who use the model in this thread. */
  search?: InnerProductSearch | undefined;
  /** What a look and the cart count as in a history: as the model learned them, else as the shop says. */
  interestWeights?: InterestWeights | undefined;
}

/** The versions that serve now, and how the traffic is split between them. */
export interface Serving {
  state: ServingState;
  models: ReadonlyMap<number, LoadedModel>;
}

/** The version that serves a customer: always the same while the split is. */
export function versionServing({ state, models }: Serving, customerId: string): number | undefined {
  if (models.size === 1) return models.keys().next().value;
  return stickyChoice(state, customerId);
}

/** Keeps the models that the registry says should serve in memory. A version is swapped in only when it is loaded whole and verified. */
export class ServingModels {
  private serving: Serving | undefined;
  private stopWatching: (() => Promise<void>) | undefined;
  private loading: Promise<void> = Promise.resolve();
  private problem: string | undefined;

  constructor(
    private readonly registry: ModelRegistry,
    private readonly logger: Logger,
    private readonly interestWeights?: InterestWeights,
  ) {}

  /** What serves now; undefined until a model was promoted. */
  get current(): Serving | undefined {
    return this.serving;
  }

  /** Loads what serves now, then follows the registry. A model that cannot be loaded is logged and does not keep the service from starting. */
  async start(): Promise<void> {
    const state = await this.registry.serving(AFFINITY_MODEL);
    if (state) await this.swap(state);
    this.stopWatching = this.registry.watch(AFFINITY_MODEL, next => {
      this.loading = this.loading.then(() => this.swap(next));
    });
  }

  async stop(): Promise<void> {
    await this.stopWatching?.();
    await this.loading;
  }

  /** Why the model that should serve does not, or undefined. */
  readiness(): string | undefined {
    return this.problem;
  }

  private async swap(state: ServingState): Promise<void> {
    if (this.serving && this.serving.state.revision >= state.revision) return;
    const versions = new Set([...state.traffic.filter(({ percent }) => percent > 0).map(({ version }) => version)]);
    if (state.traffic.reduce((sum, { percent }) => sum + percent, 0) < 100) versions.add(state.live);
    try {
      const models = new Map<number, LoadedModel>();
      for (const version of versions)
        models.set(version, this.serving?.models.get(version) ?? (await this.load(version)));
      this.serving = { state, models };
      this.problem = undefined;
      this.logger.info({ versions: [...versions] }, 'affinity models serve');
    } catch (error) {
      this.problem = `the affinity model cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
      this.logger.error(
        { err: error, versions: [...versions] },
        'affinity model not loaded; what served before goes on serving',
      );
    }
  }

  private async load(version: number): Promise<LoadedModel> {
    const record = await this.registry.get(AFFINITY_MODEL, version);
    const model = deserializeAffinityModel(await this.registry.load(record));
    return {
      model,
      search: model.innerProducts && new InnerProductSearch(model.innerProducts, MOST_SEARCHED),
      interestWeights: interestWeightsOf(record.parameters) ?? this.interestWeights,
      version: { name: record.name, version: String(record.version), trainedAt: record.trainedAt.toISOString() },
    };
  }
}
