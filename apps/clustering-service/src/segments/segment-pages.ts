import type { Filter } from 'mongodb';
import { PULL_RETENTION_MS } from '../tiers/tier-decider.js';
import { pagesOf } from '../mongo/pages-of.js';
import type { TierRow, TierStore } from '../tiers/tier-store.js';
import type { Tier } from '../tiers/tier.js';
import type { Cursor } from './cursor.js';

/** A member of a segment at the moment a page shows. */
export interface Member {
  customer_id: string;
  tier: Tier;
  changed_at: string;
  decided_at: string;
  reason_type: string;
  source: string;
  margin: number | null;
  model_version: string | null;
}

/** Somebody who was in the segment and no longer is. */
export interface Leaver {
  customer_id: string;
  removed: true;
  /** `changed`: in another segment now; `gone`: nothing is known of them any more; `erased`. */
  reason: 'changed' | 'gone' | 'erased';
  changed_at: string;
}

/** A page of members or of what changed. */
export interface SegmentPage<T> {
  entries: T[];
  /** The next page, or null where this is the last. */
  next: Cursor | null;
  /** The moment the pull shows. */
  asOf: Date;
}

/** A delta's starting point lies so far back that tombstones may be missing. */
export class DeltaExpiredError extends Error {
  constructor() {
    super('This delta link is over 30 days old. Pull the segment anew: …/members/delta without a cursor.');
    this.name = 'DeltaExpiredError';
  }
}

/** Of a row what an entry shows. */
const ENTRY_FIELDS = {
  _id: 0,
  customer_id: 1,
  tier: 1,
  effective_from: 1,
  decided_at: 1,
  reason_type: 1,
  source: 1,
  margin: 1,
  model_version: 1,
} as const;

type EntryRow = Pick<TierRow, Exclude<keyof typeof ENTRY_FIELDS, '_id'>>;

/** What a row says of its customer; without a tier nothing is known of them any more. */
type Entry = Omit<Member, 'tier'> & Pick<TierRow, 'tier'>;

/** Few enough that rows are gone, and only entries left, before the collector of garbage would move them. */
const ROWS_AT_ONCE = 1000;

interface Place {
  at: number;
  id: string;
}

/**
 * Reads segments page by page. A pull shows one moment from its first page to its last, taken from the history, so that tiers that change
 * meanwhile lose and double nobody.
 */
export class SegmentPages {
  constructor(private readonly store: TierStore) {}

  /** Members at `upto` who became so at or after `since`, in the order of (changed_at, customer_id). */
  async members(
    tier: Tier,
    upto: Date,
    options: { limit: number; since?: Date; after?: Place },
  ): Promise<SegmentPage<Member>> {
    const { limit, since, after } = options;
    const rows = await this.rows(
      { tier, ...inForce(upto), effective_from: { $lte: upto, ...(since && { $gte: since }) } },
      after,
      limit,
    );
    const more = rows.length > limit;
    const entries = rows.slice(0, limit).filter(isMember);
    const last = rows[limit - 1];
    const next = more && last ? membersCursor(tier, upto, placeOf(last), since) : null;
    return { entries, next, asOf: upto };
  }

  /**
   * What happened to a segment after `from` up to `upto`: members who came or changed, leavers as tombstones. Applied to the members at `from`
   * it gives exactly the members at `upto`. A page may hold fewer entries than `limit`, also none, before the last.
   *
   * @throws DeltaExpiredError when `from` is older than tombstones are kept.
   */
  async changes(
    tier: Tier,
    from: Date,
    upto: Date,
    options: { limit: number; after?: Place; now: Date },
  ): Promise<SegmentPage<Member | Leaver>> {
    const { limit, after, now } = options;
    if (from.getTime() < now.getTime() - PULL_RETENTION_MS) throw new DeltaExpiredError();
    const rows = await this.rows({ ...inForce(upto), effective_from: { $gt: from, $lte: upto } }, after, limit);
    const page = rows.slice(0, limit);
    const others = page.filter(row => row.tier !== tier).map(row => row.customer_id);
    const left = await this.wereMembers(tier, others, from);
    const entries = page.flatMap((row): (Member | Leaver)[] => {
      if (isMember(row) && row.tier === tier) return [row];
      if (!left.has(row.customer_id)) return [];
      const reason = row.reason_type === 'gone' || row.reason_type === 'erased' ? row.reason_type : 'changed';
      return [{ customer_id: row.customer_id, removed: true, reason, changed_at: row.changed_at }];
    });
    const last = page.at(-1);
    const next: Cursor | null =
      rows.length > limit && last
        ? { kind: 'changes', tier, from: from.getTime(), upto: upto.getTime(), after: placeOf(last) }
        : null;
    return { entries, next, asOf: upto };
  }

  /**
   * Those who were in the segment at `from`, of customers who have changed since: their rows of then have ended, so the index alone tells. Of
   * the erased, whose history is gone, those who may have been.
   */
  private async wereMembers(tier: Tier, customerIds: readonly string[], from: Date): Promise<Set<string>> {
    if (customerIds.length === 0) return new Set();
    const ids = { customer_id: { $in: [...customerIds] } };
    const then: Filter<TierRow> = { ...ids, tier, effective_from: { $lte: from }, effective_to: { $gt: from } };
    const erasedSince: Filter<TierRow> = {
      ...ids,
      tier: null,
      held: tier,
      reason_type: 'erased',
      effective_from: { $gt: from },
    };
    const found = await Promise.all([then, erasedSince].map(filter => this.store.rows.distinct('customer_id', filter)));
    return new Set(found.flat());
  }

  /** One more than `limit`, where there are more. */
  private async rows(filter: Filter<TierRow>, after: Place | undefined, limit: number): Promise<Entry[]> {
    const beyond: Filter<TierRow>[] = after
      ? [
          {
            $or: [
              { effective_from: { $gt: new Date(after.at) } },
              { effective_from: new Date(after.at), customer_id: { $gt: after.id } },
            ],
          },
        ]
      : [];
    const from: Filter<TierRow>[] = after ? [{ effective_from: { $gte: new Date(after.at) } }] : [];
    const found = this.store.rows.find<EntryRow>(
      { $and: [filter, ...from, ...beyond] },
      {
        projection: ENTRY_FIELDS,
        sort: { effective_from: 1, customer_id: 1 },
        limit: limit + 1,
        batchSize: Math.min(limit + 2, ROWS_AT_ONCE),
      },
    );
    const entries: Entry[] = [];
    for await (const rows of pagesOf(found)) for (const row of rows) entries.push(entryOf(row));
    return entries;
  }
}

function inForce(upto: Date): Filter<TierRow> {
  return { $or: [{ effective_to: null }, { effective_to: { $gt: upto } }] };
}

function membersCursor(tier: Tier, upto: Date, after: Place, since: Date | undefined): Cursor {
  return { kind: 'members', tier, upto: upto.getTime(), after, delta: false, ...(since && { since: since.getTime() }) };
}

function placeOf({ changed_at, customer_id }: Entry): Place {
  return { at: Date.parse(changed_at), id: customer_id };
}

function isMember(entry: Entry): entry is Member {
  return entry.tier !== null;
}

function entryOf(row: EntryRow): Entry {
  return {
    customer_id: row.customer_id,
    tier: row.tier,
    changed_at: row.effective_from.toISOString(),
    decided_at: row.decided_at.toISOString(),
    reason_type: row.reason_type,
    source: row.source,
    margin: row.margin,
    model_version: row.model_version,
  };
}
