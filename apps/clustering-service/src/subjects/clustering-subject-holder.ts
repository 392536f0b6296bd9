import type { ConfirmErasure, SubjectHolder, SubjectHolding } from '@laurel/change-log';
import type { ClientSession, MongoClient } from 'mongodb';
import type { AudienceFacts } from '../audiences/audience-facts.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { DeliveryService } from '../audiences/deliveries/delivery-service.js';
import type { RecommendedLists } from '../audiences/recommendations/recommended-lists.js';
import { PULL_RETENTION_MS } from '../tiers/tier-decider.js';
import type { TierPipeline } from '../tiers/tier-pipeline.js';
import type { TierCustomer, TierRow } from '../tiers/tier-store.js';
import { type Tier, TIERS } from '../tiers/tier.js';
import { webhookNews } from '../webhooks/webhook-event.js';
import type { WebhookStore } from '../webhooks/webhook-store.js';

/** What the clustering service holds of a customer: features, tier, history, memberships, country, what they bought, rows in files for destinations. */
export class ClusteringSubjectHolder implements SubjectHolder {
  readonly service = 'clustering-service';

  constructor(
    private readonly mongo: MongoClient,
    private readonly pipeline: TierPipeline,
    private readonly facts: AudienceFacts,
    private readonly lists: RecommendedLists,
    private readonly deliveries: DeliveryService,
    private readonly audit: AuditLog,
    private readonly webhooks: WebhookStore,
  ) {}

  /** The tombstone that tells deltas and webhooks of an erasure is none of the customer's data: it goes by itself. */
  async find(customerId: string): Promise<SubjectHolding[]> {
    const { customers, rows } = this.pipeline.store;
    const history = rows.find({ customer_id: customerId, reason_type: { $ne: 'erased' } });
    return [
      { store: 'mongodb', place: 'tier_customers', records: await customers.find({ _id: customerId }).toArray() },
      { store: 'mongodb', place: 'tier_rows', records: await history.toArray() },
      ...(await this.facts.find(customerId)),
      await this.lists.find(customerId),
      ...(await this.deliveries.holdings(customerId)),
      await this.audit.holding(customerId),
      ...(await this.webhooks.find(customerId)),
    ];
  }

  async erase(customerId: string, confirm: ConfirmErasure): Promise<void> {
    const rows = await this.deliveries.takeOut(customerId);
    const confirmAll: ConfirmErasure = (removed, session) => confirm([...removed, rows], session);
    await this.pipeline.serially(() =>
      this.mongo.withSession(session =>
        session.withTransaction(() => this.eraseWithin(customerId, confirmAll, session)),
      ),
    );
    this.pipeline.outbox.notify();
  }

  private async eraseWithin(id: string, confirm: ConfirmErasure, session: ClientSession): Promise<void> {
    const { store, outbox } = this.pipeline;
    const customer = await store.customers.findOne({ _id: id }, { session });
    const rows = await store.rows.find({ customer_id: id }, { session }).toArray();
    const customers = await store.customers.deleteOne({ _id: id }, { session });
    const history = await store.rows.deleteMany({ customer_id: id }, { session });
    const messages = await this.webhooks.erase(id, session);
    await this.leaveTombstone(id, customer, rows, session);
    await outbox.add(session, [{ key: id, payload: null }]);
    await confirm(
      [
        { store: 'mongodb', place: 'tier_customers', records: customers.deletedCount },
        { store: 'mongodb', place: 'tier_rows', records: history.deletedCount },
        ...(await this.facts.erase(id, session)),
        await this.lists.erase(id, session),
        await this.deliveries.eraseRecipient(id, session),
        await this.audit.erase(id, session),
        ...messages,
      ],
      session,
    );
  }

  /** A row that tells the deltas of every segment the customer was in, for as long as a delta may be pulled. */
  private async leaveTombstone(
    id: string,
    customer: TierCustomer | null,
    rows: readonly TierRow[],
    session: ClientSession,
  ): Promise<void> {
    const now = new Date();
    const recent = new Date(now.getTime() - PULL_RETENTION_MS);
    const held = new Set<Tier>();
    for (const row of rows) {
      if (row.tier && (row.effective_to === null || row.effective_to > recent)) held.add(row.tier);
      for (const tier of row.held ?? []) held.add(tier);
    }
    if (held.size === 0) return;
    const { store } = this.pipeline;
    const at = await store.tick(session, customer?.standing ? { [customer.standing.tier]: -1 } : {});
    const tombstone: TierRow = {
      customer_id: id,
      tier: null,
      held: TIERS.filter(tier => held.has(tier)),
      effective_from: at,
      effective_to: null,
      decided_at: now,
      reason_type: 'erased',
      reason: 'Erased',
      run_id: null,
      model_version: null,
      margin: null,
      source: 'manual',
      expire_at: new Date(now.getTime() + PULL_RETENTION_MS),
    };
    await store.rows.insertOne(tombstone, { session });
    if (!customer?.standing || !(await this.webhooks.hasEndpoints(session))) return;
    const { standing: before, modelVersion } = customer;
    const exit = { customerId: id, before, after: null, modelVersion, reason: 'Erased', gone: 'erased' as const };
    await this.webhooks.record(webhookNews(exit), at, session);
  }
}
