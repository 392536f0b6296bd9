import { availableParallelism } from 'node:os';
import { Topics } from '@laurel/change-log';
import { ModelRegistry } from '@laurel/learning';
import { AuditTrail, Readiness } from '@laurel/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { Registry } from 'prom-client';
import { LiveRecommender } from './answers/live-recommender.js';
import { ExportController } from './export/export.controller.js';
import { RecommendationExport } from './export/recommendation-export.js';
import { RecommendationFeed } from './feed/recommendation-feed.js';
import { FeedbackLog } from './feedback/feedback-log.js';
import { FeedbackResolver } from './graphql/feedback-resolver.js';
import { graphqlOptions } from './graphql/graphql-options.js';
import { RecommenderResolver } from './graphql/recommender-resolver.js';
import type { CompiledApolloConfig } from './graphql/server/compiled-apollo-driver.js';
import { RecommenderMetrics } from './metrics/recommender-metrics.js';
import { ServingModels } from './models/serving-models.js';
import { ReadModel } from './read-model/read-model.js';
import { readRankingRules } from './rules/ranking-rules.js';
import type { RecommenderResources } from './recommender-resources.js';
import { RecommenderRuntime } from './recommender-runtime.js';

/** GraphQL answers from memory, kept up to date by the log and the model registry. */
@Module({})
export class RecommenderModule {
  static register(resources: RecommenderResources): DynamicModule {
    const { logger, laurelDb: db, transport, settings } = resources;
    const registry = new ModelRegistry(db);
    const models = new ServingModels(registry, logger, settings.interestWeights);
    let metrics: RecommenderMetrics | undefined;
    const readModel = new ReadModel(resources, transport, topic => metrics?.messageSkipped(topic));
    const rules = readRankingRules(settings);
    const live = () =>
      new LiveRecommender(
        () => readModel.state,
        () => models.current,
        rules,
      );
    const feed = new RecommendationFeed({
      context: resources,
      transport,
      topic: new Topics(settings.topicPrefix, settings.shopDatabase).recommendations,
      live: live(),
      state: () => readModel.state,
      revision: () => models.current?.state.revision ?? 0,
      readiness: () => readModel.readiness() ?? models.readiness(),
    });
    const exports = new RecommendationExport({
      state: () => readModel.state,
      serving: () => models.current,
      rules,
      threads: Math.max(1, availableParallelism() - 1),
    });
    return {
      module: RecommenderModule,
      controllers: [ExportController],
      imports: [
        GraphQLModule.forRoot<CompiledApolloConfig>(
          graphqlOptions(resources, (query, seconds, failed) => metrics?.queryAnswered(query, seconds, failed)),
        ),
      ],
      providers: [
        RecommenderResolver,
        FeedbackResolver,
        { provide: LiveRecommender, useValue: live() },
        { provide: FeedbackLog, useValue: new FeedbackLog({ transport, settings }) },
        { provide: RecommendationExport, useValue: exports },
        { provide: AuditTrail, useValue: new AuditTrail(resources) },
        {
          provide: RecommenderMetrics,
          inject: [Registry],
          useFactory: (prometheus: Registry) => {
            metrics = new RecommenderMetrics(prometheus, {
              state: () => readModel.state,
              serving: () => models.current,
              lag: () => readModel.lag(),
            });
            return metrics;
          },
        },
        {
          provide: RecommenderRuntime,
          inject: [Readiness],
          useFactory: (readiness: Readiness) =>
            new RecommenderRuntime({ readModel, registry, models, feed }, readiness),
        },
      ],
    };
  }
}
