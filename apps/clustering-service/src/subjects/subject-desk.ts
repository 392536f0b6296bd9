import {
  type LogTransport,
  sealingKeys,
  SubjectListener,
  type SubjectRequest,
  SubjectRequests,
  type SubjectService,
  Topics,
} from '@laurel/change-log';
import { Readiness, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AudienceFacts } from '../audiences/audience-facts.js';
import { AuditLog } from '../audit/audit-log.js';
import { DeliveryService } from '../audiences/deliveries/delivery-service.js';
import { RecommendedLists } from '../audiences/recommendations/recommended-lists.js';
import { LOG_TRANSPORT } from '../resources.js';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { WebhookDispatcher } from '../webhooks/webhook-dispatcher.js';
import { ClusteringSubjectHolder } from './clustering-subject-holder.js';

/** Takes requests about one customer, asks every service, and answers for this one. */
@Injectable()
export class SubjectDesk implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly requests: SubjectRequests;
  private readonly listener: SubjectListener;
  private readonly topics: Topics;

  constructor(
    @Inject(SERVICE_CONTEXT) context: ServiceContext,
    @Inject(LOG_TRANSPORT) private readonly transport: LogTransport,
    pipeline: TierPipeline,
    facts: AudienceFacts,
    lists: RecommendedLists,
    deliveries: DeliveryService,
    audit: AuditLog,
    { store: webhooks }: WebhookDispatcher,
    readiness: Readiness,
  ) {
    const { settings, laurelDb: db, mongo, logger, instanceId } = context;
    this.topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    this.requests = new SubjectRequests({ db, mongo, logger, instanceId });
    this.listener = new SubjectListener({
      transport,
      topics: this.topics,
      logger,
      requests: this.requests,
      holder: new ClusteringSubjectHolder(mongo, pipeline, facts, lists, deliveries, audit, webhooks),
    });
    readiness.add('requests about customers', () => this.listener.readiness());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.requests.start(this.transport, this.topics.subjects);
    await this.listener.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.listener.stop();
    await this.requests.stop();
  }

  /** Has every service erase a customer; gives the request once all have, or after `waitMs`. It goes on by itself. */
  async erase(customerId: string, waitMs: number): Promise<SubjectRequest> {
    return this.requests.answered(await this.requests.ask('erasure', customerId), waitMs);
  }

  /** Asks every service how much it holds of a customer, and waits `waitMs` for the answers. */
  async presence(customerId: string, waitMs: number): Promise<SubjectRequest> {
    const request = await this.requests.ask('presence', customerId);
    const answered = await this.requests.answered(request, waitMs);
    await this.requests.close(answered);
    return answered;
  }

  /**
   * Everything that is held of a customer, as JSON texts of holdings, once every service has answered or after `waitMs`; ends with the
   * services that did not. Findings lie in the database sealed, and until they are read only.
   */
  async *access(
    customerId: string,
    waitMs: number,
  ): AsyncGenerator<{ service: SubjectService; holding: string }, SubjectRequest> {
    const keys = sealingKeys();
    const request = await this.requests.ask('access', customerId, keys.publicKey);
    const answered = await this.requests.answered(request, waitMs);
    try {
      for await (const { service, sealed } of this.requests.sealedFindings(request))
        yield { service, holding: keys.open(sealed).toString() };
    } finally {
      await this.requests.close(answered);
    }
    return answered;
  }
}
