import type { ShopChange, SubjectHolding, SubjectPlace } from '@laurel/change-log';
import type { Consent } from '@laurel/shop';
import type { ClientSession, Collection, Db } from 'mongodb';
import { z } from 'zod';
import { type ConsentProblem, consentProblem, type ConsentPurpose } from './consent.js';

const moment = z.string().meta({ format: 'date-time' });
const grant = z.enum(['GRANTED', 'DENIED']).nullable();

/** What a customer had answered from some moment on. */
export interface ConsentEntry {
  /** `customer/seq` of the change that told it. */
  _id: string;
  customerId: string;
  seq: string;
  ad_user_data: z.infer<typeof grant>;
  ad_personalization: z.infer<typeof grant>;
  email_marketing: z.infer<typeof grant>;
  /** When the customer answered, as the shop says. */
  answeredAt: Date | null;
  /** When the shop's document said so first, as far as Laurel saw it. */
  recordedAt: Date;
  /** Where the customer answered, as the shop says in `consent.source`. */
  source: string | null;
  /** How Laurel came to know it: by a change, by the snapshot of what was there already, or by the document's end. */
  seenBy: 'change' | 'snapshot' | 'delete';
}

/** A history as the API shows it. */
export const consentHistorySchema = z.object({
  customer_id: z.string(),
  history: z.array(
    z.object({
      ad_user_data: grant,
      ad_personalization: grant,
      email_marketing: grant,
      answered_at: moment.nullable(),
      recorded_at: moment,
      source: z.string().nullable(),
      seen_by: z.enum(['change', 'snapshot', 'delete']),
    }),
  ),
});

/** What customers answered about the use of their data, and when it changed: `consent_history`. Webhooks go by the newest answer; exports read the answer of now from the shop itself. */
export class ConsentHistory {
  private readonly entries: Collection<ConsentEntry>;

  constructor(db: Db) {
    this.entries = db.collection<ConsentEntry>('consent_history');
  }

  async prepare(): Promise<void> {
    await this.entries.createIndexes([{ key: { customerId: 1, seq: -1 } }]);
  }

  /** Notes what changes of customers tell anew, within a transaction. A change that is read again tells nothing. */
  async apply(changes: readonly ShopChange[], session: ClientSession): Promise<void> {
    const told = changes.flatMap(entryOf);
    if (told.length === 0) return;
    const ids = [...new Set(told.map(({ customerId }) => customerId))];
    const newest = new Map<string, ConsentEntry>();
    for await (const entry of this.entries.find({ customerId: { $in: ids } }, { session, sort: { seq: 1 } }))
      newest.set(entry.customerId, entry);
    const fresh: ConsentEntry[] = [];
    for (const entry of told) {
      const last = newest.get(entry.customerId);
      if (last && last.seq >= entry.seq) continue;
      if (answers(last) === answers(entry)) continue;
      newest.set(entry.customerId, entry);
      fresh.push(entry);
    }
    if (fresh.length > 0) await this.entries.insertMany(fresh, { session, ordered: false });
  }

  /** Why the newest answer keeps a customer's data from a purpose, or undefined where everything needed was granted. */
  async problem(customerId: string, purpose: ConsentPurpose): Promise<ConsentProblem | undefined> {
    const consent = await this.entries.findOne({ customerId }, { sort: { seq: -1 } });
    return consentProblem({ consent }, purpose);
  }

  /** The newest first. */
  async of(customerId: string): Promise<z.infer<typeof consentHistorySchema>['history']> {
    const found = await this.entries.find({ customerId }, { sort: { seq: -1 } }).toArray();
    return found.map(
      ({ ad_user_data, ad_personalization, email_marketing, answeredAt, recordedAt, source, seenBy }) => ({
        ad_user_data,
        ad_personalization,
        email_marketing,
        answered_at: answeredAt?.toISOString() ?? null,
        recorded_at: recordedAt.toISOString(),
        source,
        seen_by: seenBy,
      }),
    );
  }

  async find(customerId: string): Promise<SubjectHolding> {
    const place = { store: 'mongodb' as const, place: this.entries.collectionName };
    return { ...place, records: await this.entries.find({ customerId }).toArray() };
  }

  async erase(customerId: string, session: ClientSession): Promise<SubjectPlace> {
    const { deletedCount: records } = await this.entries.deleteMany({ customerId }, { session });
    return { store: 'mongodb', place: this.entries.collectionName, records };
  }
}

function entryOf({ collection, op, id, seq, at, document }: ShopChange): ConsentEntry[] {
  if (collection !== 'customers') return [];
  const consent: Consent | null = document?.consent ?? null;
  const source = consent?.['source'];
  return [
    {
      _id: `${id}/${seq}`,
      customerId: id,
      seq,
      ad_user_data: consent?.ad_user_data ?? null,
      ad_personalization: consent?.ad_personalization ?? null,
      email_marketing: consent?.email_marketing ?? null,
      answeredAt: consent?.updatedAt ?? null,
      recordedAt: at,
      source: typeof source === 'string' ? source : null,
      seenBy: op === 'r' ? 'snapshot' : op === 'd' ? 'delete' : 'change',
    },
  ];
}

/** What counts as an answer; who never answered and is not known yet has said the same: nothing. */
function answers(entry: ConsentEntry | undefined): string {
  const { ad_user_data = null, ad_personalization = null, email_marketing = null } = entry ?? {};
  return JSON.stringify([ad_user_data, ad_personalization, email_marketing]);
}
