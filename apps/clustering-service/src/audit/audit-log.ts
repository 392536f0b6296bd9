import { createHash } from 'node:crypto';
import type { SubjectHolding, SubjectPlace } from '@laurel/change-log';
import { SERVICE_CONTEXT, type KeyRing, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type ClientSession, type Collection, type Filter, ObjectId, type WithId } from 'mongodb';
import type { AuditEntry, AuditNote } from './audit-entry.js';

const DAY_MS = 86_400_000;

/** Which entries are asked for; all that is given must hold. */
export interface AuditQuery {
  scope?: string;
  action?: AuditEntry['action'];
  customer?: string;
  segment?: string;
  audience?: string;
  since?: Date;
  until?: Date;
  /** The entry after which the page begins. */
  after?: string;
  limit: number;
}

/** Who pulled or exported whose data, when, and how many: `audit_log`, kept for `AUDIT_RETENTION_DAYS`. */
@Injectable()
export class AuditLog implements OnApplicationBootstrap {
  private readonly entries: Collection<AuditEntry>;
  private readonly keys: KeyRing;
  private readonly keptMs: number;

  constructor(@Inject(SERVICE_CONTEXT) { laurelDb, keys, settings }: ServiceContext) {
    this.entries = laurelDb.collection<AuditEntry>('audit_log');
    this.keys = keys;
    this.keptMs = settings.auditRetentionDays * DAY_MS;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.entries.createIndexes([
      { key: { customer: 1, _id: -1 }, partialFilterExpression: { customer: { $type: 'string' } } },
      { key: { expireAt: 1 }, expireAfterSeconds: 0 },
    ]);
  }

  /** Notes what a request does, before it is answered: nothing is handed out without a trace. `authorization` is the request's header. */
  async note(authorization: string | undefined, note: AuditNote): Promise<ObjectId> {
    const key = authorization?.replace(/^Bearer\s+/i, '').trim() ?? '';
    const at = new Date();
    const { insertedId } = await this.entries.insertOne({
      at,
      scope: this.keys.scopeOf(key) ?? 'none',
      key: createHash('sha256').update(key).digest('hex').slice(0, 8),
      customer: null,
      segment: null,
      audience: null,
      detail: null,
      records: null,
      ...note,
      ...(note.action.startsWith('subject.') && note.customer != null && { customer: digestOf(note.customer) }),
      expireAt: new Date(at.getTime() + this.keptMs),
    });
    return insertedId;
  }

  /** Says of something that took its time how many it handed out. */
  async complete(id: ObjectId, records: number): Promise<void> {
    await this.entries.updateOne({ _id: id }, { $set: { records } });
  }

  /** The newest first. */
  async find({ since, until, after, limit, ...equal }: AuditQuery): Promise<WithId<AuditEntry>[]> {
    const filter: Filter<AuditEntry> = {
      ...equal,
      ...((since ?? until) && { at: { ...(since && { $gte: since }), ...(until && { $lt: until }) } }),
      ...(after !== undefined && { _id: { $lt: new ObjectId(after) } }),
      ...(equal.customer !== undefined && { customer: { $in: [equal.customer, digestOf(equal.customer)] } }),
    };
    return this.entries.find(filter, { sort: { _id: -1 }, limit }).toArray();
  }

  /** Who asked for a customer by their id. */
  async holding(customer: string): Promise<SubjectHolding> {
    const place = { store: 'mongodb' as const, place: this.entries.collectionName };
    return { ...place, records: await this.entries.find({ customer }).toArray() };
  }

  /** Puts the digest of a customer's id in its place: that they were asked for stays, for as long as entries do. */
  async erase(customer: string, session: ClientSession): Promise<SubjectPlace> {
    const byDigest = { $set: { customer: digestOf(customer) } };
    const { modifiedCount } = await this.entries.updateMany({ customer }, byDigest, { session });
    return { store: 'mongodb', place: this.entries.collectionName, records: modifiedCount };
  }
}

function digestOf(customer: string): string {
  return `sha256:${createHash('sha256').update(customer).digest('hex')}`;
}
