import type { Collection, Db } from 'mongodb';
import { isSurelyGone, processMark } from '../process/process-mark.js';

interface LeaseDocument {
  _id: string;
  owner: string;
  token: number;
  expiresAt: Date;
  /** The holder's {@link processMark}, where it has one. */
  process?: string | null;
}

/** The right to be the one who does `name`, held for a time and renewed; `token` rises with every change of holder (a fencing token). */
export interface HeldLease {
  token: number;
  /** By the local clock, in milliseconds since 1970: after this the holder must stop. */
  validUntilMs: number;
}

/**
 * Leases in MongoDB: at most one holder per name. Expiry is judged by the database's clock, so hosts need not agree on the time. A holder whose
 * process has ended on this machine is not waited for.
 */
export class Leases {
  private readonly leases: Collection<LeaseDocument>;

  constructor(
    db: Db,
    private readonly owner: string,
    private readonly durationMs = 10_000,
    private readonly process = processMark(),
  ) {
    this.leases = db.collection<LeaseDocument>('leases');
  }

  /** Takes or renews the lease; undefined while somebody else holds it. */
  async acquire(name: string): Promise<HeldLease | undefined> {
    const found = await this.tryOnce(name);
    if (!('owner' in found)) return found;
    const { owner, token, process } = found;
    if (!process || !isSurelyGone(process)) return undefined;
    await this.leases.updateOne({ _id: name, owner, token }, { $set: { expiresAt: new Date(0) } });
    const freed = await this.tryOnce(name);
    return 'owner' in freed ? undefined : freed;
  }

  /** Gives the lease up at once, so that another need not wait for it to lapse. */
  async release(name: string): Promise<void> {
    await this.leases.updateOne({ _id: name, owner: this.owner }, { $set: { expiresAt: new Date(0), owner: '' } });
  }

  private async tryOnce(name: string): Promise<HeldLease | LeaseDocument> {
    const startedMs = Date.now();
    const owner = { $literal: this.owner };
    const free = { $or: [{ $eq: ['$owner', owner] }, { $lt: [{ $ifNull: ['$expiresAt', new Date(0)] }, '$$NOW'] }] };
    const ours = { $eq: ['$owner', owner] };
    const lease = await this.leases.findOneAndUpdate(
      { _id: name },
      [
        {
          $set: {
            token: { $cond: [ours, '$token', { $cond: [free, { $add: [{ $ifNull: ['$token', 0] }, 1] }, '$token'] }] },
            expiresAt: { $cond: [free, { $add: ['$$NOW', this.durationMs] }, '$expiresAt'] },
            owner: { $cond: [free, owner, '$owner'] },
            process: { $cond: [free, { $literal: this.process ?? null }, '$process'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    );
    if (!lease) throw new Error(`MongoDB gave no lease ${name}, though it makes it where there is none.`);
    return lease.owner === this.owner ? { token: lease.token, validUntilMs: startedMs + this.durationMs } : lease;
  }
}
