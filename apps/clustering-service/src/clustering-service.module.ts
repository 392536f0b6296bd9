import { SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { AudienceFacts } from './audiences/audience-facts.js';
import { AudienceService } from './audiences/audience-service.js';
import { AudiencesController } from './audiences/audiences.controller.js';
import { CustomerErasure } from './erasure/customer-erasure.js';
import { ModelShelf } from './models/model-shelf.js';
import { ModelsController } from './models/models.controller.js';
import { RetrainingSchedule } from './models/retraining-schedule.js';
import { type ClusteringServiceResources, LOG_TRANSPORT } from './resources.js';
import { SegmentsController } from './segments/segments.controller.js';
import { CustomersController } from './tiers/customers.controller.js';
import { TierPipeline } from './tiers/tier-pipeline.js';

/** Tiers, segments, audiences, and the registry of models. */
@Module({})
export class ClusteringServiceModule {
  static register({ transport }: Pick<ClusteringServiceResources, 'transport'>): DynamicModule {
    return {
      module: ClusteringServiceModule,
      controllers: [SegmentsController, CustomersController, ModelsController, AudiencesController],
      providers: [
        { provide: LOG_TRANSPORT, useValue: transport },
        {
          provide: AudienceFacts,
          inject: [SERVICE_CONTEXT],
          useFactory: ({ laurelDb }: ServiceContext) => new AudienceFacts(laurelDb),
        },
        ModelShelf,
        TierPipeline,
        RetrainingSchedule,
        AudienceService,
        CustomerErasure,
      ],
    };
  }
}
