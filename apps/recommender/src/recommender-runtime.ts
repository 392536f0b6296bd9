import type { ModelRegistry } from '@laurel/learning';
import type { Readiness } from '@laurel/service';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { RecommendationFeed } from './feed/recommendation-feed.js';
import type { ServingModels } from './models/serving-models.js';
import type { ReadModel } from './read-model/read-model.js';

/** What works behind the answers. */
export interface RuntimeParts {
  readModel: ReadModel;
  registry: ModelRegistry;
  models: ServingModels;
  feed: RecommendationFeed;
}

/** Starts and stops what works behind the answers, and says whether they can be relied on. */
export class RecommenderRuntime implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly parts: RuntimeParts,
    readiness: Readiness,
  ) {
    readiness.add('read model', () => parts.readModel.readiness());
    readiness.add('models', () => parts.models.readiness());
  }

  async onApplicationBootstrap(): Promise<void> {
    const { readModel, registry, models, feed } = this.parts;
    await registry.prepare();
    await models.start();
    await readModel.start();
    await feed.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { readModel, models, feed } = this.parts;
    await feed.stop();
    await models.stop();
    await readModel.stop();
  }
}
