import { distributionSchema, type ModelRecord, populationStability } from '@laurel/learning';
import { SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CronJob } from 'cron';
import { Gauge, Registry } from 'prom-client';
import { z } from 'zod';
import { TIER_FEATURES, type TierFeature, type TierFeatures } from '../tiers/tier-features.js';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { USER_CLUSTERS } from './live-tier-models.js';
import { ModelShelf } from './model-shelf.js';

const HOURLY = '23 * * * *';
const SAMPLE = 20_000;
/** Of fewer buyers the index is mostly chance. */
const LEAST_BUYERS = 500;
/** A training that has just been cannot help. */
const REST_MS = 6 * 3_600_000;

const trainedOn = z.object({ feature_distribution: z.record(z.enum(TIER_FEATURES), distributionSchema) });

/**
 * Looks every hour whether buyers have become others than those the live tiers' model was trained on, and asks for a training where the
 * population stability index of a feature reaches `RETRAIN_DRIFT`.
 */
@Injectable()
export class DriftWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly job: CronJob;
  private readonly gauge: Gauge;

  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly shelf: ModelShelf,
    @Inject(TierPipeline) private readonly pipeline: Pick<TierPipeline, 'store'>,
    registry: Registry,
  ) {
    this.gauge = new Gauge({
      name: 'laurel_model_drift',
      help: 'Population stability index of a feature against what the live model was trained on',
      labelNames: ['model', 'feature'],
      registers: [registry],
    });
    this.job = CronJob.from({
      cronTime: HOURLY,
      timeZone: 'UTC',
      onTick: () => {
        this.look().catch((err: unknown) => context.logger.error({ err }, 'drift could not be looked for'));
      },
    });
  }

  onApplicationBootstrap(): void {
    this.job.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.job.stop();
  }

  /** Looks now; asks for a training where it is due. */
  async look(): Promise<void> {
    const live = await this.shelf.registry.live(USER_CLUSTERS);
    const drift = live && featureDrift(live, await this.buyers());
    if (!drift) return;
    for (const [feature, index] of drift) this.gauge.set({ model: USER_CLUSTERS, feature }, index);
    const [feature, index] = drift.reduce((a, b) => (b[1] > a[1] ? b : a));
    if (index < this.context.settings.retrainDrift) return;
    const run = await this.shelf.requestOnce(USER_CLUSTERS, { reason: 'drift', feature, index }, REST_MS);
    if (run) this.context.logger.info({ run, feature, index }, 'buyers have changed: training of the tiers requested');
  }

  private async buyers(): Promise<TierFeatures[]> {
    const sampled = this.pipeline.store.customers.aggregate<{ features: TierFeatures }>([
      { $match: { 'known.features.no_of_orders': { $gt: 0 } } },
      { $sample: { size: SAMPLE } },
      { $project: { features: '$known.features' } },
    ]);
    return (await sampled.toArray()).map(({ features }) => features);
  }
}

/** The index of each feature; undefined for few buyers, and for a model that does not say what it was trained on. */
export function featureDrift(
  { metrics }: Pick<ModelRecord, 'metrics'>,
  buyers: readonly TierFeatures[],
): [TierFeature, number][] | undefined {
  const before = trainedOn.safeParse(metrics);
  if (!before.success || buyers.length < LEAST_BUYERS) return undefined;
  return TIER_FEATURES.map(name => [
    name,
    populationStability(
      before.data.feature_distribution[name],
      buyers.map(features => features[name]),
    ),
  ]);
}
