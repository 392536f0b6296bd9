import { SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CronJob } from 'cron';
import { MODEL_NAMES } from './model-names.js';
import { ModelShelf } from './model-shelf.js';

/** Asks for every model to be trained anew when `RETRAIN_CRON` says so. Several replicas ask once: a model with a run under way gets no other. */
@Injectable()
export class RetrainingSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly job: CronJob;

  constructor(
    @Inject(SERVICE_CONTEXT) { settings, logger }: ServiceContext,
    private readonly shelf: ModelShelf,
  ) {
    this.job = CronJob.from({
      cronTime: settings.retrainCron,
      timeZone: 'UTC',
      onTick: () => {
        this.request().catch((err: unknown) => logger.error({ err }, 'scheduled training could not be requested'));
      },
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.shelf.prepare();
    this.job.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.job.stop();
  }

  private async request(): Promise<void> {
    for (const model of MODEL_NAMES) await this.shelf.requestOnce(model, { reason: 'schedule' });
  }
}
