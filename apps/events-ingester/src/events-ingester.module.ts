import {
  DeadLetters,
  ErasedCustomers,
  type LogTransport,
  SubjectListener,
  SubjectRequests,
  Topics,
} from '@laurel/change-log';
import { Readiness, type ServiceContext } from '@laurel/service';
import type { Warehouse } from '@laurel/warehouse';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Registry } from 'prom-client';
import { Capture } from './capture/capture.js';
import { LoadProgress } from './load/load-progress.js';
import { Loader } from './load/loader.js';
import { registerIngesterMetrics } from './status/ingester-metrics.js';
import { registerRecommendationMetrics } from './recommendations/recommendation-metrics.js';
import { RecommendationResults } from './recommendations/recommendation-results.js';
import { RecommendationsController } from './recommendations/recommendations.controller.js';
import { OplogWatch } from './status/oplog-watch.js';
import { StatusController } from './status/status.controller.js';
import { LoadBarrier } from './subjects/load-barrier.js';
import { PipelineSubjectHolder } from './subjects/pipeline-subject-holder.js';

/** The two halves of the pipeline: MongoDB → Kafka, and Kafka → warehouse. */
export type PipelinePart = 'capture' | 'load';

/** What the ingester needs beside what every app shares. */
export interface EventsIngesterResources extends ServiceContext {
  /** Connected where all of Laurel's topics exist. */
  transport: LogTransport;
  warehouse: Warehouse;
  /** What of the pipeline runs in this process; both when undefined. */
  parts?: readonly PipelinePart[] | undefined;
}

const RESOURCES = Symbol('events-ingester resources');

/** Capture and load, started with the app and stopped with it. */
@Module({})
export class EventsIngesterModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  static register(resources: EventsIngesterResources): DynamicModule {
    const { transport, warehouse, settings, laurelDb, mongo, instanceId } = resources;
    const logger = resources.logger.child({ app: 'events-ingester' });
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    const deadLetters = new DeadLetters(transport, topics);
    const progress = new LoadProgress(laurelDb, instanceId, logger);
    return {
      module: EventsIngesterModule,
      controllers: [StatusController, RecommendationsController],
      providers: [
        { provide: RESOURCES, useValue: resources },
        { provide: DeadLetters, useValue: deadLetters },
        { provide: RecommendationResults, useValue: new RecommendationResults(warehouse) },
        { provide: OplogWatch, useValue: new OplogWatch(resources.mongo) },
        {
          provide: Capture,
          useFactory: () => new Capture({ context: resources, transport, warehouse, topics, logger }),
        },
        {
          provide: Loader,
          useFactory: () =>
            new Loader({
              transport,
              warehouse,
              topics,
              deadLetters,
              erased: new ErasedCustomers(laurelDb),
              progress,
              logger,
            }),
        },
        {
          provide: SubjectListener,
          useFactory: () =>
            new SubjectListener({
              transport,
              topics,
              logger,
              requests: new SubjectRequests({ db: laurelDb, mongo, logger, instanceId }),
              holder: new PipelineSubjectHolder(
                warehouse,
                deadLetters,
                transport,
                topics,
                new LoadBarrier(transport, progress, topics),
              ),
            }),
        },
      ],
    };
  }

  private readonly parts: readonly PipelinePart[];

  constructor(
    @Inject(RESOURCES) { parts = ['capture', 'load'], logger }: EventsIngesterResources,
    private readonly capture: Capture,
    private readonly loader: Loader,
    private readonly subjects: SubjectListener,
    private readonly readiness: Readiness,
    deadLetters: DeadLetters,
    oplog: OplogWatch,
    registry: Registry,
    results: RecommendationResults,
  ) {
    this.parts = parts;
    registerIngesterMetrics(registry, { capture, loader, deadLetters, oplog });
    registerRecommendationMetrics(registry, results, logger);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.parts.includes('load')) {
      this.readiness.add('load', () => this.loader.readiness() ?? this.subjects.readiness());
      await this.loader.start();
      await this.subjects.start();
    }
    if (this.parts.includes('capture')) {
      this.readiness.add('capture', () => this.capture.readiness());
      await this.capture.start();
    } else {
      this.capture.status.state = 'elsewhere';
    }
  }

  /** Capture first, so that load can still store what it sent. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.parts.includes('capture')) await this.capture.stop();
    await this.subjects.stop();
    await this.loader.stop();
  }
}
