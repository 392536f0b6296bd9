import { ModelRegistry, type ServingState, TrainingRuns, TuningTrials } from '@laurel/learning';
import { SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable } from '@nestjs/common';
import type { TierModel } from '../tiers/tier-model.js';
import { LiveTierModels, loadTierModel, USER_CLUSTERS } from './live-tier-models.js';

/** The registry of models and the queue of training runs, as this service uses them. */
@Injectable()
export class ModelShelf {
  readonly registry: ModelRegistry;
  readonly runs: TrainingRuns;
  readonly trials: TuningTrials;

  constructor(@Inject(SERVICE_CONTEXT) { laurelDb }: ServiceContext) {
    this.registry = new ModelRegistry(laurelDb);
    this.runs = new TrainingRuns(laurelDb);
    this.trials = new TuningTrials(laurelDb);
  }

  async prepare(): Promise<void> {
    await this.registry.prepare();
    await this.runs.prepare();
  }

  /** Asks for a training; none, and undefined, while one waits or is under way, and within `restMs` of when one was asked for. */
  async requestOnce(
    model: string,
    options: Readonly<Record<string, unknown>>,
    restMs = 0,
  ): Promise<string | undefined> {
    const [newest] = await this.runs.list(model, 1);
    if (newest?.status === 'queued' || newest?.status === 'running') return undefined;
    if (newest && Date.now() - newest.requestedAt.getTime() < restMs) return undefined;
    return this.runs.request(model, options);
  }

  /** A version of the tiers' model, live or not. @throws ModelNotFoundError, ArtifactMismatchError */
  async tierModel(version: number): Promise<TierModel> {
    return loadTierModel(this.registry, await this.registry.get(USER_CLUSTERS, version));
  }

  /** The tier models that a state names. */
  load(state: ServingState): Promise<LiveTierModels> {
    return LiveTierModels.load(this.registry, this.runs, state);
  }
}
