import { EmbeddedTrainer, TrainingWorker } from '@laurel/learning';
import { SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Warehouse } from '@laurel/warehouse';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CronJob } from 'cron';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { USER_CLUSTERS } from './live-tier-models.js';
import { ModelShelf } from './model-shelf.js';
import { tierTrainingJob } from './tier-training-job.js';

/** Takes the training runs of the tiers' model from the queue, and puts one there when the schedule says so. */
@Injectable()
export class TierTraining implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: TrainingWorker;
  private readonly schedule: CronJob;

  constructor(
    @Inject(SERVICE_CONTEXT) context: ServiceContext,
    warehouse: Warehouse,
    pipeline: TierPipeline,
    private readonly shelf: ModelShelf,
  ) {
    const { settings, logger } = context;
    const { policy } = pipeline.configuration;
    const job = tierTrainingJob({
      warehouse,
      trainer: new EmbeddedTrainer(),
      policy,
      windowDays: settings.featureWindowDays,
    });
    this.worker = new TrainingWorker({
      runs: shelf.runs,
      registry: shelf.registry,
      jobs: { [USER_CLUSTERS]: job },
      pollMs: 250,
      onEvent: event => {
        if (event.kind === 'error') logger.error({ err: event.error }, 'training queue');
        else
          logger.info(
            { run: event.run.id, status: event.run.status, reason: event.run.reason },
            `training of the tiers ${event.kind}`,
          );
      },
    });
    this.schedule = CronJob.from({
      cronTime: settings.retrainCron,
      timeZone: 'UTC',
      onTick: () => {
        this.requestOnce().catch((err: unknown) => logger.error({ err }, 'scheduled training could not be requested'));
      },
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.shelf.prepare();
    this.worker.start();
    this.schedule.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.schedule.stop();
    await this.worker.stop();
  }

  private async requestOnce(): Promise<void> {
    const [newest] = await this.shelf.runs.list(USER_CLUSTERS, 1);
    if (newest?.status !== 'queued' && newest?.status !== 'running')
      await this.shelf.runs.request(USER_CLUSTERS, { reason: 'schedule' });
  }
}
