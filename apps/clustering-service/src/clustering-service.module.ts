import { SecretBox, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.js';
import { AuditLog } from './audit/audit-log.js';
import { AudienceFacts } from './audiences/audience-facts.js';
import { AudienceProjections } from './audiences/audience-projections.js';
import { AudienceService } from './audiences/audience-service.js';
import { AudiencesController } from './audiences/audiences.controller.js';
import { DeliveriesController } from './audiences/deliveries/deliveries.controller.js';
import { DeliveryService } from './audiences/deliveries/delivery-service.js';
import { DESTINATIONS, readDestinations } from './audiences/destinations/destinations-file.js';
import { DestinationsController } from './audiences/destinations/destinations.controller.js';
import { PushService } from './audiences/destinations/push-service.js';
import { RecommendedLists } from './audiences/recommendations/recommended-lists.js';
import { DemandController } from './forecasts/demand.controller.js';
import { DemandStore } from './forecasts/demand-store.js';
import { DriftWatch } from './models/drift-watch.js';
import { ModelShelf } from './models/model-shelf.js';
import { ModelsController } from './models/models.controller.js';
import { RetrainingSchedule } from './models/retraining-schedule.js';
import { type ClusteringServiceResources, LOG_TRANSPORT } from './resources.js';
import { OutlookController } from './outlook/outlook.controller.js';
import { OutlookService } from './outlook/outlook-service.js';
import { SealRenewal } from './sealing/seal-renewal.js';
import { SegmentsController } from './segments/segments.controller.js';
import { SubjectDesk } from './subjects/subject-desk.js';
import { SubjectsController } from './subjects/subjects.controller.js';
import { CustomersController } from './tiers/customers.controller.js';
import { TierPipeline } from './tiers/tier-pipeline.js';
import { WebhookDispatcher } from './webhooks/webhook-dispatcher.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** Tiers, segments, audiences, and the registry of models. */
@Module({})
export class ClusteringServiceModule {
  static register({ transport }: Pick<ClusteringServiceResources, 'transport'>): DynamicModule {
    return {
      module: ClusteringServiceModule,
      controllers: [
        SegmentsController,
        CustomersController,
        SubjectsController,
        WebhooksController,
        ModelsController,
        AudiencesController,
        DeliveriesController,
        DestinationsController,
        AuditController,
        OutlookController,
        DemandController,
      ],
      providers: [
        { provide: LOG_TRANSPORT, useValue: transport },
        {
          provide: AudienceFacts,
          inject: [SERVICE_CONTEXT],
          useFactory: ({ laurelDb }: ServiceContext) => new AudienceFacts(laurelDb),
        },
        {
          provide: RecommendedLists,
          inject: [SERVICE_CONTEXT],
          useFactory: ({ laurelDb }: ServiceContext) => new RecommendedLists(laurelDb),
        },
        {
          provide: DESTINATIONS,
          inject: [SERVICE_CONTEXT],
          useFactory: ({ settings }: ServiceContext) => readDestinations(settings.home),
        },
        {
          provide: DemandStore,
          inject: [SERVICE_CONTEXT],
          useFactory: ({ laurelDb }: ServiceContext) => new DemandStore(laurelDb),
        },
        {
          provide: SecretBox,
          inject: [SERVICE_CONTEXT],
          useFactory: ({ settings }: ServiceContext) => SecretBox.open(settings),
        },
        AuditLog,
        ModelShelf,
        WebhookDispatcher,
        TierPipeline,
        RetrainingSchedule,
        DriftWatch,
        OutlookService,
        AudienceProjections,
        AudienceService,
        PushService,
        DeliveryService,
        SealRenewal,
        SubjectDesk,
      ],
    };
  }
}
