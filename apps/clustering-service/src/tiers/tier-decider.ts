import type { Outbox } from '@laurel/change-log';
import type { AnyBulkWriteOperation, ClientSession, MongoClient } from 'mongodb';
import type { TierConfiguration } from '../configuration/tier-configuration.js';
import type { LiveTierModels } from '../models/live-tier-models.js';
import { webhookNews, type WebhookNews } from '../webhooks/webhook-event.js';
import type { WebhookStore } from '../webhooks/webhook-store.js';
import { decideTier, type TierDecision } from './decide-tier.js';
import { reasonText } from './reason-text.js';
import { tierMessage } from './tier-message.js';
import { dueBy, type TierCustomer, type TierRow, type TierStore } from './tier-store.js';
import { TIERS, type Tier } from './tier.js';

/** How long a pull may rest before it must begin anew; tombstones are kept as long. */
export const PULL_RETENTION_MS = 30 * 86_400_000;

const BATCH = 1000;

interface Change {
  customer: TierCustomer;
  decision: TierDecision | null;
  row: Omit<TierRow, 'effective_from' | 'effective_to'>;
}

/**
 * Decides the tiers of customers, a batch in a transaction: the tier now, its history, the members' counts and what the tiers topic must
 * be told, and what webhooks must be told, are written together or not at all.
 */
export class TierDecider {
  constructor(
    private readonly mongo: MongoClient,
    private readonly store: TierStore,
    private readonly outbox: Outbox,
    private readonly webhooks: WebhookStore,
    private readonly configuration: TierConfiguration,
    private readonly windowDays: number,
  ) {}

  /** Decides for up to 1,000 customers with something new or due; gives how many there were. */
  async decideDue(models: LiveTierModels, now: Date): Promise<number> {
    const projection = { _id: 1 } as const;
    const stale = await this.store.customers.find({ stale: true }, { projection, limit: BATCH }).toArray();
    const room = BATCH - stale.length;
    const due = room > 0 ? await this.store.customers.find(dueBy(now), { projection, limit: room }).toArray() : [];
    const ids = [...new Set([...stale, ...due].map(({ _id }) => _id))];
    if (ids.length > 0) await this.decide(ids, models, now);
    return ids.length;
  }

  /** Decides for these customers, as far as they are known. Does nothing while another process already follows a newer model. */
  async decide(ids: readonly string[], models: LiveTierModels, now: Date): Promise<void> {
    await this.mongo.withSession(session =>
      session.withTransaction(async () => {
        const clock = await this.store.clock(session);
        if (clock.revision > models.revision) return;
        const customers = await this.store.customers.find({ _id: { $in: [...ids] } }, { session }).toArray();
        if (customers.length === 0) return;
        const decided = customers.map(customer => ({ customer, decision: this.decisionOf(customer, models, now) }));
        const changes = decided.flatMap(({ customer, decision }) => this.changeOf(customer, decision, models, now));
        const changed = new Map(changes.map(change => [change.customer._id, change]));
        const news = (await this.webhooks.hasEndpoints(session))
          ? decided.flatMap(({ customer, decision }) => newsOf(customer, decision, changed.get(customer._id)))
          : [];
        const somethingNew = changes.length > 0 || news.length > 0;
        const at = somethingNew ? await this.store.tick(session, counts(changes)) : clock.at;
        await this.webhooks.record(news, at, session);
        if (changes.length > 0) await this.record(changes, at, session);
        await this.store.customers.bulkWrite(
          decided.map(({ customer, decision }) => update(customer, decision, changed.get(customer._id), at)),
          { session, ordered: false },
        );
      }),
    );
    this.outbox.notify();
  }

  private decisionOf(
    { _id, known, standing, pin }: TierCustomer,
    models: LiveTierModels,
    now: Date,
  ): TierDecision | null {
    if (!known) return null;
    return decideTier({
      features: known.features,
      lastOrderAt: known.lastOrderAt,
      standing: standing ?? undefined,
      pin,
      model: models.modelFor(_id)?.model,
      policy: this.configuration.policy,
      windowDays: this.windowDays,
      now,
    });
  }

  private changeOf(customer: TierCustomer, decision: TierDecision | null, models: LiveTierModels, now: Date): Change[] {
    const before = customer.standing;
    const base = { customer_id: customer._id, decided_at: now };
    if (!decision) {
      if (!before) return [];
      const held = { held: [before.tier], expire_at: new Date(now.getTime() + PULL_RETENTION_MS) };
      const reason = 'Nothing is known of the customer any more';
      const row = {
        ...base,
        ...held,
        tier: null,
        reason_type: 'gone' as const,
        reason,
        run_id: null,
        model_version: null,
        margin: null,
        source: 'gate' as const,
      };
      return [{ customer, decision, row }];
    }
    const { tier, source, reasonType, margin } = decision.standing;
    const pinned = (source === 'manual') !== (before?.source === 'manual');
    if (before?.tier === tier && !pinned) return [];
    const model = source === 'model' ? models.modelFor(customer._id) : undefined;
    const row = {
      ...base,
      tier,
      reason_type: reasonType,
      reason: reasonText(decision.standing, before, customer.pin),
      run_id: model?.runId ?? null,
      model_version: model ? String(model.version) : null,
      margin,
      source,
    };
    return [{ customer, decision, row }];
  }

  private async record(changes: readonly Change[], at: Date, session: ClientSession): Promise<void> {
    const ids = changes.map(({ customer }) => customer._id);
    await this.store.rows.updateMany(
      { customer_id: { $in: ids }, effective_to: null },
      { $set: { effective_to: at } },
      { session },
    );
    const rows = changes.map(({ row }): TierRow => ({ ...row, effective_from: at, effective_to: null }));
    await this.store.rows.insertMany(rows, { session, ordered: false });
    await this.outbox.add(
      session,
      rows.map(row => ({ key: row.customer_id, payload: tierMessage(row, this.configuration) })),
    );
  }
}

function newsOf(customer: TierCustomer, decision: TierDecision | null, change: Change | undefined): WebhookNews[] {
  return webhookNews({
    customerId: customer._id,
    before: customer.standing,
    after: decision?.standing ?? null,
    modelVersion: change?.row.model_version ?? customer.modelVersion,
    reason: change?.row.reason ?? '',
  });
}

function counts(changes: readonly Change[]): Partial<Record<Tier, number>> {
  const by = { PLATINUM: 0, GOLD: 0, SILVER: 0, BRONZE: 0 };
  for (const { customer, row } of changes) {
    if (customer.standing) by[customer.standing.tier]--;
    if (row.tier) by[row.tier]++;
  }
  return Object.fromEntries(TIERS.filter(tier => by[tier] !== 0).map(tier => [tier, by[tier]]));
}

function update(
  { _id }: TierCustomer,
  decision: TierDecision | null,
  change: Change | undefined,
  at: Date,
): AnyBulkWriteOperation<TierCustomer> {
  if (!decision) return { deleteOne: { filter: { _id } } };
  const { standing, checkAt } = decision;
  const since = change && {
    changedAt: at,
    decidedAt: change.row.decided_at,
    modelVersion: change.row.model_version,
    runId: change.row.run_id,
  };
  return { updateOne: { filter: { _id }, update: { $set: { standing, checkAt, stale: false, ...since } } } };
}
