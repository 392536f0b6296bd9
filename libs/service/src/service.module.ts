import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { MongoClient } from 'mongodb';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { MetricsController } from './http/metrics.controller.js';
import { ProblemFilter } from './http/problem.js';
import { validationPipe } from './http/validation.js';
import type { AppName } from './settings/settings.js';
import type { ServiceContext } from './service-context.js';

/** Injection token of the {@link ServiceContext}. */
export const SERVICE_CONTEXT = Symbol('service context');

/** What every app has: health, metrics, logs, problem details, validation, and the shared {@link ServiceContext}. */
@Global()
@Module({})
export class ServiceModule {
  static register(name: AppName, context: ServiceContext): DynamicModule {
    const logger = context.logger.child({ app: name });
    const registry = new Registry();
    registry.setDefaultLabels({ app: name });
    collectDefaultMetrics({ register: registry });
    const shared: Provider[] = [
      { provide: SERVICE_CONTEXT, useValue: { ...context, logger } satisfies ServiceContext },
      { provide: MongoClient, useValue: context.mongo },
      { provide: Registry, useValue: registry },
      Readiness,
    ];
    return {
      module: ServiceModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        ...shared,
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(logger) },
        { provide: APP_PIPE, useValue: validationPipe },
      ],
      exports: shared,
    };
  }
}
