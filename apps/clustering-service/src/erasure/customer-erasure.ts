import { SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AudienceFacts } from '../audiences/audience-facts.js';
import { PULL_RETENTION_MS } from '../tiers/tier-decider.js';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { type Tier, TIERS } from '../tiers/tier.js';

/** What was removed where. */
export const erasureReceiptSchema = z.object({
  customer_id: z.string(),
  erased_at: z.string().meta({ format: 'date-time' }),
  removed: z.array(z.object({ from: z.string(), documents: z.number() })),
  tombstones: z.array(z.string()).meta({ description: 'Segments whose delta will tell that the customer is gone' }),
  remaining: z.array(z.string()).meta({ description: 'What this erasure does not reach' }),
});

export type ErasureReceipt = z.infer<typeof erasureReceiptSchema>;

const REMAINING = [
  "The shop's own database is the shop's to clear. While it holds the customer, new changes of theirs bring a tier back.",
  'For as long as a delta may still be pulled (30 days) the id alone is kept as a tombstone.',
];

/** Removes what the clustering service holds of a customer: features, tier, history, memberships, what they bought. */
@Injectable()
export class CustomerErasure {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly pipeline: TierPipeline,
    private readonly facts: AudienceFacts,
  ) {}

  /** Erases and gives the receipt. A customer of whom nothing is held gets a receipt of zeros. */
  async erase(id: string): Promise<ErasureReceipt> {
    const result: { receipt?: ErasureReceipt } = {};
    await this.pipeline.serially(async () => {
      result.receipt = await this.context.mongo.withSession(session =>
        session.withTransaction(() => this.eraseWithin(id, session)),
      );
    });
    this.pipeline.outbox.notify();
    if (!result.receipt) throw new Error('erasure ended without a receipt');
    return result.receipt;
  }

  private async eraseWithin(
    id: string,
    session: Parameters<TierPipeline['store']['tick']>[0],
  ): Promise<ErasureReceipt> {
    const { store, outbox } = this.pipeline;
    const now = new Date();
    const recent = new Date(now.getTime() - PULL_RETENTION_MS);
    const customer = await store.customers.findOne({ _id: id }, { session });
    const rows = await store.rows.find({ customer_id: id }, { session }).toArray();
    const held = new Set<Tier>();
    for (const row of rows) {
      if (row.tier && (row.effective_to === null || row.effective_to > recent)) held.add(row.tier);
      for (const tier of row.held ?? []) held.add(tier);
    }
    const customers = await store.customers.deleteOne({ _id: id }, { session });
    const history = await store.rows.deleteMany({ customer_id: id }, { session });
    const facts = await this.facts.erase(id, session);
    const tiers = TIERS.filter(tier => held.has(tier));
    if (tiers.length > 0) {
      const at = await store.tick(session, customer?.standing ? { [customer.standing.tier]: -1 } : {});
      await store.rows.insertOne(
        {
          customer_id: id,
          tier: null,
          held: tiers,
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
        },
        { session },
      );
      await outbox.add(session, [{ key: id, payload: null }]);
    }
    return {
      customer_id: id,
      erased_at: now.toISOString(),
      removed: [
        { from: 'tier and features (tier_customers)', documents: customers.deletedCount },
        { from: 'tier history and memberships (tier_rows)', documents: history.deletedCount },
        ...facts,
      ],
      tombstones: tiers,
      remaining: REMAINING,
    };
  }
}
