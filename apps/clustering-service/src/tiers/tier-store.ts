import type { AnyBulkWriteOperation, ClientSession, Collection, Db, Filter } from 'mongodb';
import type { ChurnForecast } from '../forecasts/churn-forecast.js';
import type { KnownFeatures } from './feature-message.js';
import type { Tier } from './tier.js';
import type { TierPin, TierReason, TierSource, TierStanding } from './tier-standing.js';

/** A customer as the tiers know them: features, tier, what is due. No contact data. */
export interface TierCustomer {
  _id: string;
  /** Null once nothing is known of the customer any more. */
  known: KnownFeatures | null;
  standing: TierStanding | null;
  pin: TierPin | null;
  /** Since when the tier is what it is. */
  changedAt: Date | null;
  decidedAt: Date | null;
  modelVersion: string | null;
  runId: string | null;
  /** Something changed since the last decision. */
  stale: boolean;
  /** When time alone may change the tier. */
  checkAt: Date | null;
  /** As the last training forecast it. */
  churn?: ChurnForecast;
}

/**
 * One period of a customer's tier. `effective_from` to `effective_to` is when it was in force, `decided_at` when we came to believe it.
 * A row without a tier says that the customer was gone or erased.
 */
export interface TierRow {
  customer_id: string;
  tier: Tier | null;
  effective_from: Date;
  effective_to: Date | null;
  decided_at: Date;
  reason_type: TierReason | 'gone' | 'erased';
  reason: string;
  run_id: string | null;
  model_version: string | null;
  margin: number | null;
  source: TierSource;
  /** On a row without a tier: the tiers whose pulls must be told. */
  held?: Tier[];
  /** On a row without a tier: when no pull can need it any more. */
  expire_at?: Date;
}

/** The last change of any tier, and what every answer is as of. */
export interface TierClock {
  _id: string;
  /** Every change with `effective_from` up to here can be read; later ones will be after it. */
  at: Date;
  members: Record<Tier, number>;
  modelVersion: string | null;
  /** The serving revision that decisions follow, and the one that all customers were marked for. */
  revision: number;
  markedRevision: number;
}

/** The clock before anything has happened. */
export const FIRST_CLOCK: TierClock = {
  _id: 'tiers',
  at: new Date(0),
  members: { PLATINUM: 0, GOLD: 0, SILVER: 0, BRONZE: 0 },
  modelVersion: null,
  revision: 0,
  markedRevision: 0,
};

/** The tiers in Laurel's MongoDB: `tier_customers` (now), `tier_rows` (history), `tier_clock`. */
export class TierStore {
  readonly customers: Collection<TierCustomer>;
  readonly rows: Collection<TierRow>;
  readonly clocks: Collection<TierClock>;

  constructor(readonly db: Db) {
    this.customers = db.collection<TierCustomer>('tier_customers');
    this.rows = db.collection<TierRow>('tier_rows');
    this.clocks = db.collection<TierClock>('tier_clock');
  }

  /** Creates what is missing: collections, indexes, the clock. */
  async prepare(): Promise<void> {
    await this.customers.createIndexes([
      { key: { stale: 1 }, partialFilterExpression: { stale: true } },
      { key: { checkAt: 1 }, partialFilterExpression: { checkAt: { $type: 'date' } } },
      { key: { 'standing.tier': 1, _id: 1 } },
    ]);
    await this.rows.createIndexes([
      { key: { tier: 1, effective_from: 1, customer_id: 1, effective_to: 1 } },
      { key: { effective_from: 1, customer_id: 1 } },
      { key: { customer_id: 1, effective_from: 1, tier: 1, effective_to: 1 } },
      { key: { expire_at: 1 }, expireAfterSeconds: 0 },
    ]);
    await this.clocks.updateOne({ _id: 'tiers' }, { $setOnInsert: { ...FIRST_CLOCK } }, { upsert: true });
  }

  async clock(session?: ClientSession): Promise<TierClock> {
    return (await this.clocks.findOne({ _id: 'tiers' }, { ...(session && { session }) })) ?? FIRST_CLOCK;
  }

  /**
   * Moves the clock within a transaction and gives the new moment: later than any before, and about now. Two transactions cannot both hold
   * it, so moments rise in the order of commits and a reader who has seen one has seen all before it.
   */
  async tick(session: ClientSession, change: Partial<Record<Tier, number>>): Promise<Date> {
    const counts = Object.fromEntries(
      Object.entries(change).map(([tier, by]) => [`members.${tier}`, { $add: [`$members.${tier}`, by] }]),
    );
    const at = { $max: ['$$NOW', { $add: ['$at', 1] }] };
    const clock = await this.clocks.findOneAndUpdate({ _id: 'tiers' }, [{ $set: { at, ...counts } }], {
      session,
      returnDocument: 'after',
    });
    return (clock ?? FIRST_CLOCK).at;
  }

  /** Folds news of features in, within a transaction: customers with something new become stale. */
  async applyNews(news: ReadonlyMap<string, KnownFeatures | null>, session: ClientSession): Promise<void> {
    const ids = [...news.keys()];
    const held = await this.customers
      .find({ _id: { $in: ids } }, { session, projection: { 'known.version': 1 } })
      .toArray();
    const versions = new Map(held.map(({ _id, known }) => [_id, known?.version ?? 0]));
    const operations = [...news].flatMap(([_id, known]): AnyBulkWriteOperation<TierCustomer>[] => {
      const version = versions.get(_id);
      if (version === undefined) return known ? [{ insertOne: { document: { ...NEW_CUSTOMER, _id, known } } }] : [];
      if (known && known.version < version) return [];
      return [{ updateOne: { filter: { _id }, update: { $set: { known, stale: true } } } }];
    });
    if (operations.length > 0) await this.customers.bulkWrite(operations, { session, ordered: false });
  }
}

/** Whose tier time alone may have changed by now. MongoDB uses the index of those who wait for a moment only if the type is named here too. */
export function dueBy(now: Date): Filter<TierCustomer> {
  return { checkAt: { $lte: now, $type: 'date' } };
}

const NEW_CUSTOMER: Omit<TierCustomer, '_id' | 'known'> = {
  standing: null,
  pin: null,
  changedAt: null,
  decidedAt: null,
  modelVersion: null,
  runId: null,
  stale: true,
  checkAt: null,
};
