import type { SubjectHolding, SubjectPlace } from '@laurel/change-log';
import type { AnyBulkWriteOperation, ClientSession, Collection, Db } from 'mongodb';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { webhookBody, type WebhookEvent, type WebhookNews } from './webhook-event.js';

/** How long events can be told again, and the log of attempts is kept. */
export const WEBHOOK_RETENTION_MS = 30 * 86_400_000;

/** A message on its way to an endpoint. */
export interface WebhookMessage {
  /** The `webhook-id`. */
  _id: string;
  type: string;
  body: string;
}

/** What one endpoint must still be told of one customer, in order. */
export interface WebhookQueue {
  /** `endpoint/customer`. */
  _id: string;
  endpoint: string;
  customerId: string;
  messages: WebhookMessage[];
  /** Failed attempts of the first message. */
  attempts: number;
  nextAttemptAt: Date;
}

/** One attempt to deliver a message, for the log. It names no customer. */
export interface WebhookAttempt {
  endpoint: string;
  message: string;
  type: string;
  at: Date;
  /** `withheld`: never sent, for want of consent; `error` says which. */
  outcome: 'delivered' | 'failed' | 'given_up' | 'withheld';
  httpStatus: number | null;
  error: string | null;
  latencyMs: number;
  expireAt: Date;
}

interface FanOutCursor {
  _id: 'fan-out';
  at: Date;
  n: number;
}

/** Endpoints, events, what must still be delivered, and the log, in Laurel's MongoDB. */
export class WebhookStore {
  readonly endpoints: Collection<WebhookEndpoint>;
  readonly events: Collection<WebhookEvent>;
  readonly queues: Collection<WebhookQueue>;
  readonly attempts: Collection<WebhookAttempt>;
  readonly cursors: Collection<FanOutCursor>;

  constructor(db: Db) {
    this.endpoints = db.collection<WebhookEndpoint>('webhook_endpoints');
    this.events = db.collection<WebhookEvent>('webhook_events');
    this.queues = db.collection<WebhookQueue>('webhook_queues');
    this.attempts = db.collection<WebhookAttempt>('webhook_attempts');
    this.cursors = db.collection<FanOutCursor>('webhook_cursors');
  }

  async prepare(): Promise<void> {
    await this.endpoints.createIndexes([{ key: { status: 1 } }]);
    await this.events.createIndexes([
      { key: { at: 1, n: 1 } },
      { key: { customerId: 1 } },
      { key: { expireAt: 1 }, expireAfterSeconds: 0 },
    ]);
    await this.queues.createIndexes([
      { key: { nextAttemptAt: 1 } },
      { key: { endpoint: 1 } },
      { key: { customerId: 1 } },
    ]);
    await this.attempts.createIndexes([
      { key: { endpoint: 1, at: -1 } },
      { key: { expireAt: 1 }, expireAfterSeconds: 0 },
    ]);
    await this.cursors.updateOne({ _id: 'fan-out' }, { $setOnInsert: { at: new Date(0), n: 0 } }, { upsert: true });
  }

  /** Whether there is anybody to tell: events are only kept then. */
  async hasEndpoints(session: ClientSession): Promise<boolean> {
    return (await this.endpoints.findOne({ status: 'enabled' }, { session, projection: { _id: 1 } })) !== null;
  }

  /**
   * Keeps what happened, within the transaction in which it happened; `at` is a moment of the tiers' clock that this transaction alone has,
   * so that events lie in the order of commits.
   */
  async record(news: readonly WebhookNews[], at: Date, session: ClientSession): Promise<void> {
    if (news.length === 0) return;
    const expireAt = new Date(at.getTime() + WEBHOOK_RETENTION_MS);
    await this.events.insertMany(
      news.map(({ data, ...event }, n) => ({
        ...event,
        at,
        n,
        body: webhookBody(event.type, at, data),
        expireAt,
      })),
      { session, ordered: false },
    );
  }

  /** Puts messages at the end of an endpoint's queues. */
  async enqueue(endpoint: string, events: readonly WebhookEvent[], now: Date, session?: ClientSession): Promise<void> {
    const operations = Array.from(
      Map.groupBy(events, ({ customerId }) => customerId),
      ([customerId, own]): AnyBulkWriteOperation<WebhookQueue> => ({
        updateOne: {
          filter: { _id: `${endpoint}/${customerId}` },
          update: {
            $push: { messages: { $each: own.map(({ _id, type, body }) => ({ _id, type, body })) } },
            $setOnInsert: { endpoint, customerId, attempts: 0, nextAttemptAt: now },
          },
          upsert: true,
        },
      }),
    );
    if (operations.length > 0) await this.queues.bulkWrite(operations, { ordered: false, ...(session && { session }) });
  }

  /** What is held of a customer; that they were erased, which goes by itself, is none of it. */
  async find(customerId: string): Promise<SubjectHolding[]> {
    const events = await this.events.find({ customerId, erasure: { $exists: false } }).toArray();
    const told = new Set(events.map(({ _id }) => _id));
    const queues = await this.queues.find({ customerId }).toArray();
    return [
      { store: 'mongodb', place: this.events.collectionName, records: events },
      {
        store: 'mongodb',
        place: this.queues.collectionName,
        records: queues.filter(({ messages }) => messages.some(({ _id }) => told.has(_id))),
      },
    ];
  }

  /** Removes what is held of a customer, told or not; says how much of what. */
  async erase(customerId: string, session: ClientSession): Promise<SubjectPlace[]> {
    const events = await this.events.deleteMany({ customerId }, { session });
    const queues = await this.queues.deleteMany({ customerId }, { session });
    return [
      { store: 'mongodb', place: this.events.collectionName, records: events.deletedCount },
      { store: 'mongodb', place: this.queues.collectionName, records: queues.deletedCount },
    ];
  }

  /** Stops telling an endpoint, and forgets what it was not told yet. */
  async disable(endpoint: string, reason: string): Promise<void> {
    await this.endpoints.updateOne(
      { _id: endpoint, status: 'enabled' },
      { $set: { status: 'disabled', disabledReason: reason } },
    );
    await this.queues.deleteMany({ endpoint });
  }
}
