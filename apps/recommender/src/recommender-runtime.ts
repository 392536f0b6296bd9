import { type ModelRegistry, TrainingRuns, type TrainingWorker } from '@laurel/learning';
import type { Readiness } from '@laurel/service';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Db } from 'mongodb';
import type { ServingModels } from './models/serving-models.js';
import type { ReadModel } from './read-model/read-model.js';

/** What works behind the answers. */
export interface RuntimeParts {
  db: Db;
  readModel: ReadModel;
  registry: ModelRegistry;
  models: ServingModels;
  training: TrainingWorker;
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
    const { db, readModel, registry, models, training } = this.parts;
    await registry.prepare();
    await new TrainingRuns(db).prepare();
    await models.start();
    await readModel.start();
    training.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { readModel, models, training } = this.parts;
    await training.stop();
    await models.stop();
    await readModel.stop();
  }
}
