import { createHash } from 'node:crypto';
import type { Collection, ObjectId } from 'mongodb';
import type { KeyRing } from '../access/key-ring.js';
import type { ServiceContext } from '../service-context.js';
import type { AuditEntry, AuditNote } from './audit-entry.js';

const DAY_MS = 86_400_000;

/** Where every service notes who pulled or exported whose data, when, and how many: `audit_log`, kept for `AUDIT_RETENTION_DAYS`. */
export class AuditTrail {
  protected readonly entries: Collection<AuditEntry>;
  private readonly keys: KeyRing;
  private readonly keptMs: number;

  constructor({ laurelDb, keys, settings }: Pick<ServiceContext, 'laurelDb' | 'keys' | 'settings'>) {
    this.entries = laurelDb.collection<AuditEntry>('audit_log');
    this.keys = keys;
    this.keptMs = settings.auditRetentionDays * DAY_MS;
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
      ...(note.action.startsWith('subject.') && note.customer != null && { customer: auditDigest(note.customer) }),
      expireAt: new Date(at.getTime() + this.keptMs),
    });
    return insertedId;
  }

  /** Says of something that took its time how many it handed out. */
  async complete(id: ObjectId, records: number): Promise<void> {
    await this.entries.updateOne({ _id: id }, { $set: { records } });
  }
}

/** What stands in the trail for the id of a customer who is, or is to be, erased. */
export function auditDigest(customer: string): string {
  return `sha256:${createHash('sha256').update(customer).digest('hex')}`;
}
