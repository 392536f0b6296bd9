/** What may be done with customers' data that is noted. */
export const AUDIT_ACTIONS = [
  'segment.members',
  'segment.delta',
  'tiers.batch',
  'customer.tier',
  'customer.history',
  'customer.explanation',
  'customer.consent',
  'customer.pin',
  'audience.export',
  'audience.delivery',
  'audience.file',
  'audience.push',
  'recommendations.export',
  'subject.presence',
  'subject.access',
  'subject.erasure',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Something that was done with customers' data: ids and counts, no other personal data. */
export interface AuditEntry {
  at: Date;
  /** The scope of the key that was used. */
  scope: string;
  /** The first eight hex digits of the key's SHA-256: tells keys of one scope apart, and opens nothing. */
  key: string;
  action: AuditAction;
  /** Of one customer: their id; `sha256:` and its digest where it is about an erasure, and of everybody who was erased. */
  customer: string | null;
  /** Lower case. */
  segment: string | null;
  audience: string | null;
  /** What of it: a format, a file, an id. */
  detail: string | null;
  /** How many customers' data were handed out; null while that is under way. */
  records: number | null;
  expireAt: Date;
}

/** What a handler says of what it did; who did it comes from the request. */
export type AuditNote = Pick<AuditEntry, 'action'> &
  Partial<Pick<AuditEntry, 'customer' | 'segment' | 'audience' | 'detail' | 'records'>>;
