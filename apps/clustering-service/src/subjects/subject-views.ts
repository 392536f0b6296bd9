import { SUBJECT_SERVICES, type SubjectRequest, unanswered } from '@laurel/change-log';
import { z } from 'zod';
import { TIERS } from '../tiers/tier.js';

const service = z.enum(SUBJECT_SERVICES);
const moment = z.string().meta({ format: 'date-time' });
const waitingFor = z.array(service).meta({ description: 'Services that have not answered yet' });
const place = {
  service,
  store: z.enum(['mongodb', 'kafka', 'warehouse', 'files']),
  from: z.string().meta({ description: 'The collection, topic or table' }),
  records: z.number(),
};

/** What was removed where. */
export const erasureReceiptSchema = z.object({
  receipt_id: z.string(),
  customer_sha256: z.string().meta({ description: 'SHA-256 of the customer id; the id itself is not kept' }),
  status: z.enum(['complete', 'pending']),
  requested_at: moment,
  completed_at: moment.nullable(),
  removed: z.array(z.object(place)),
  waiting_for: waitingFor,
  remaining: z.array(z.string()).meta({ description: 'What this erasure does not reach' }),
});

/** The receipt as it is given to whoever asked for the erasure. */
export const givenReceiptSchema = erasureReceiptSchema.extend({
  customer_id: z.string(),
  tombstones: z.array(z.enum(TIERS)).meta({ description: 'Segments whose deltas tell that the customer is gone' }),
});

export type ErasureReceipt = z.infer<typeof erasureReceiptSchema>;

/** How much is held of a customer, and where. */
export const presenceSchema = z.object({
  customer_id: z.string(),
  present: z.boolean().nullable().meta({
    description: 'Whether anything is held that does not leave by itself; null while a service has not answered',
  }),
  as_of: moment,
  places: z.array(z.object({ ...place, note: z.string().optional() })),
  waiting_for: waitingFor,
  last_erasure: z.object({ receipt_id: z.string(), requested_at: moment, completed_at: moment.nullable() }).nullable(),
});

const REMAINING = [
  "The shop's own database is the shop's to clear. What the customer did until now never comes back from there; what they do later counts.",
  "Messages with the shop's own changes stay in Kafka until the topics' retention; what compacted topics held before is gone within a day or two.",
  'For 30 days the id alone is kept as a tombstone for deltas; its SHA-256 is kept for good, so that nothing comes back.',
  'For 30 days at most, and until the next delivery, what a destination knows the customer by is kept sealed: that delivery says to remove them.',
  'Files that were exported before are with whoever took them.',
];

/** The receipt of an erasure, finished or under way. */
export function erasureReceiptView(request: SubjectRequest): ErasureReceipt {
  const waiting = unanswered(request);
  return {
    receipt_id: request._id,
    customer_sha256: request.customerDigest,
    status: waiting.length === 0 ? 'complete' : 'pending',
    requested_at: request.requestedAt.toISOString(),
    completed_at: request.closedAt?.toISOString() ?? null,
    removed: placesOf(request).map(({ note: _, ...each }) => each),
    waiting_for: waiting,
    remaining: REMAINING,
  };
}

/** What the services said they hold. */
export function presenceView(
  customerId: string,
  request: SubjectRequest,
  erasure: SubjectRequest | undefined,
): z.infer<typeof presenceSchema> {
  const places = placesOf(request).filter(({ records }) => records > 0);
  const waiting = unanswered(request);
  const stays = places.some(({ note }) => note === undefined);
  return {
    customer_id: customerId,
    present: stays || (waiting.length > 0 ? null : false),
    as_of: request.requestedAt.toISOString(),
    places,
    waiting_for: waiting,
    last_erasure: erasure
      ? {
          receipt_id: erasure._id,
          requested_at: erasure.requestedAt.toISOString(),
          completed_at: erasure.closedAt?.toISOString() ?? null,
        }
      : null,
  };
}

function placesOf({ answers }: SubjectRequest): z.infer<typeof presenceSchema>['places'] {
  return SUBJECT_SERVICES.flatMap(name =>
    (answers[name]?.places ?? []).map(({ store, place: from, records, note }) => ({
      service: name,
      store,
      from,
      records,
      ...(note !== undefined && { note }),
    })),
  );
}
