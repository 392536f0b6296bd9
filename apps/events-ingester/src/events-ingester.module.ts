import { DeadLetters, laurelTopics, type LogTransport, Topics } from '@laurel/change-log';
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
import { Loader } from './load/loader.js';
import { MartsRefresher } from './marts/marts-refresher.js';
import { registerIngesterMetrics } from './status/ingester-metrics.js';
import { StatusController } from './status/status.controller.js';

/** What the ingester needs beside what every app shares. */
export interface EventsIngesterResources extends ServiceContext {
  transport: LogTransport;
  warehouse: Warehouse;
}

const RESOURCES = Symbol('events-ingester resources');

/** Capture and load, started with the app and stopped with it. */
@Module({})
export class EventsIngesterModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  static register(resources: EventsIngesterResources): DynamicModule {
    const { transport, warehouse, settings } = resources;
    const logger = resources.logger.child({ app: 'events-ingester' });
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    const deadLetters = new DeadLetters(transport, topics);
    return {
      module: EventsIngesterModule,
      controllers: [StatusController],
      providers: [
        { provide: RESOURCES, useValue: resources },
        { provide: DeadLetters, useValue: deadLetters },
        {
          provide: Capture,
          useFactory: () => new Capture({ context: resources, transport, warehouse, topics, logger }),
        },
        { provide: Loader, useFactory: () => new Loader({ transport, warehouse, topics, deadLetters, logger }) },
        {
          provide: MartsRefresher,
          inject: [Loader],
          useFactory: (loader: Loader) =>
            new MartsRefresher({
              warehouse,
              logger,
              windowDays: settings.featureWindowDays,
              everyMinutes: settings.martsRefreshMinutes,
              storedRows: () => loader.status.stored,
            }),
        },
      ],
    };
  }

  constructor(
    @Inject(RESOURCES) private readonly resources: EventsIngesterResources,
    private readonly capture: Capture,
    private readonly loader: Loader,
    private readonly marts: MartsRefresher,
    private readonly readiness: Readiness,
    deadLetters: DeadLetters,
    registry: Registry,
  ) {
    registerIngesterMetrics(registry, capture, loader, deadLetters);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { transport, settings } = this.resources;
    await transport.ensureTopics(laurelTopics(new Topics(settings.topicPrefix, settings.shopDatabase)));
    this.readiness.add('capture', () => this.capture.readiness());
    this.readiness.add('load', () => this.loader.readiness());
    await this.loader.start();
    await this.capture.start();
    this.marts.start();
  }

  /** Capture first, so that load can still store what it sent. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.capture.stop();
    await this.marts.stop();
    await this.loader.stop();
  }
}
