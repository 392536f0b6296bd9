import type { SubjectHolding, SubjectPlace } from '@laurel/change-log';
import { auditDigest, type AuditEntry, AuditTrail, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type ClientSession, type Filter, ObjectId, type WithId } from 'mongodb';

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

/** The audit trail as it is read, and kept free of those who are erased. */
@Injectable()
export class AuditLog extends AuditTrail implements OnApplicationBootstrap {
  constructor(@Inject(SERVICE_CONTEXT) context: ServiceContext) {
    super(context);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.entries.createIndexes([
      { key: { customer: 1, _id: -1 }, partialFilterExpression: { customer: { $type: 'string' } } },
      { key: { expireAt: 1 }, expireAfterSeconds: 0 },
    ]);
  }

  /** The newest first. */
  async find({ since, until, after, limit, ...equal }: AuditQuery): Promise<WithId<AuditEntry>[]> {
    const filter: Filter<AuditEntry> = {
      ...equal,
      ...((since ?? until) && { at: { ...(since && { $gte: since }), ...(until && { $lt: until }) } }),
      ...(after !== undefined && { _id: { $lt: new ObjectId(after) } }),
      ...(equal.customer !== undefined && about(equal.customer, auditDigest(equal.customer))),
    };
    return this.entries.find(filter, { sort: { _id: -1 }, limit }).toArray();
  }

  /** Who asked for a customer by their id. */
  async holding(customer: string): Promise<SubjectHolding> {
    const place = { store: 'mongodb' as const, place: this.entries.collectionName };
    return { ...place, records: await this.entries.find(about(customer)).toArray() };
  }

  /** Puts the digest of a customer's id in its place: that they were asked for stays, for as long as entries do. */
  async erase(customer: string, session: ClientSession): Promise<SubjectPlace> {
    const byDigest = { $set: { customer: auditDigest(customer) } };
    const { modifiedCount } = await this.entries.updateMany(about(customer), byDigest, { session });
    return { store: 'mongodb', place: this.entries.collectionName, records: modifiedCount };
  }
}

/** What names one of these. MongoDB uses the index of entries that name a customer only if the type is named here too. */
function about(...customers: string[]): Filter<AuditEntry> {
  return { customer: { $in: customers, $type: 'string' } };
}
