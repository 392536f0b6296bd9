import type { LogTransport } from '@laurel/change-log';
import { type DynamicModule, Module } from '@nestjs/common';
import { FeaturePipeline } from './features/feature-pipeline.js';
import { FeaturesController } from './features/features.controller.js';
import { LOG_TRANSPORT } from './log-transport-token.js';

/** Sessions and orders folded per customer, and the API of the features. */
@Module({})
export class FeatureServiceModule {
  static register({ transport }: { transport: LogTransport }): DynamicModule {
    return {
      module: FeatureServiceModule,
      controllers: [FeaturesController],
      providers: [{ provide: LOG_TRANSPORT, useValue: transport }, FeaturePipeline],
    };
  }
}
