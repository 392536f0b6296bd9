import { Readiness } from '@laurel/service';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { ServingModels } from './models/serving-models.js';
import type { ReadModel } from './read-model/read-model.js';

/** Starts and stops what works behind the answers, and says whether they can be relied on. */
export class RecommenderRuntime implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly readModel: ReadModel,
    private readonly models: ServingModels,
    readiness: Readiness,
  ) {
    readiness.add('read model', () => readModel.readiness());
    readiness.add('models', () => models.readiness());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.readModel.start();
    await this.models.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.models.stop();
    await this.readModel.stop();
  }
}
