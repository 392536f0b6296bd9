import { writeStates } from '@laurel/change-log';
import type { ClientSession, Collection, Db } from 'mongodb';
import { foldEvents, type EventChange, type EventState } from '../events/event-fold.js';
import { foldOrders, type OrderChange, type OrderState } from '../orders/order-fold.js';
import type { FeatureChange } from './feature-change.js';

/** A customer document of the shop that is known to exist. */
interface KnownCustomer {
  _id: string;
}

/**
 * The folded state in Laurel's MongoDB: `feature_events`, `feature_orders`, `feature_customers`. No contact data. An event has a document of its
 * own: it is inserted once, whatever else of its session comes when, and written by the reader of its partition alone.
 */
export class FeatureStore {
  readonly events: Collection<EventState>;
  readonly orders: Collection<OrderState>;
  readonly customers: Collection<KnownCustomer>;

  constructor(db: Db) {
    this.events = db.collection<EventState>('feature_events');
    this.orders = db.collection<OrderState>('feature_orders');
    this.customers = db.collection<KnownCustomer>('feature_customers');
  }

  /** Creates the collections and indexes that are missing. */
  async prepare(): Promise<void> {
    await this.events.createIndexes([
      { key: { customerId: 1, timeMs: 1, sessionId: 1, engagementTimeMsec: 1 } },
      { key: { timeMs: 1 } },
    ]);
    await this.orders.createIndexes([
      { key: { customerIds: 1 } },
      { key: { 'purchases.eventId': 1 } },
      { key: { 'counted.placedAt': 1, 'counted.customerId': 1 } },
    ]);
    await this.customers.createIndexes([{ key: { _id: 1 } }]);
  }

  /** Folds changes in, within the transaction of `session`. Gives the customers whose features may differ now. */
  async apply(changes: readonly FeatureChange[], session: ClientSession): Promise<Set<string>> {
    const events = changes.flatMap(change => (change.about === 'event' ? [change.event] : []));
    const held = await this.heldEvents(events, session);
    const customers = await this.applyEvents(held, events, session);
    const seqs = new Map(held.map(({ _id, seq }) => [_id, seq]));
    const orders = changes.flatMap(change => orderChange(change, seqs));
    for (const id of await this.applyOrders(orders, new Set(held.map(({ _id }) => _id)), session)) customers.add(id);
    for (const id of await this.applyCustomers(changes, session)) customers.add(id);
    return customers;
  }

  private async heldEvents(changes: readonly EventChange[], session: ClientSession): Promise<EventState[]> {
    if (changes.length === 0) return [];
    const ids = [...new Set(changes.map(({ eventId }) => eventId))];
    return this.events.find({ _id: { $in: ids } }, { session }).toArray();
  }

  private async applyEvents(
    held: readonly EventState[],
    changes: readonly EventChange[],
    session: ClientSession,
  ): Promise<Set<string>> {
    const { changed, removed, customers } = foldEvents(held, changes);
    await writeStates(this.events, { held: new Set(held.map(({ _id }) => _id)), changed, removed }, session);
    return customers;
  }

  /** Of the events only those `held` before the changes can be part of an order already. */
  private async applyOrders(
    changes: readonly OrderChange[],
    held: ReadonlySet<string>,
    session: ClientSession,
  ): Promise<Set<string>> {
    if (changes.length === 0) return new Set();
    const ids = new Set<string>();
    const events = new Set<string>();
    for (const change of changes) {
      if (change.kind === 'document') ids.add(change.transactionId);
      else {
        if (held.has(change.eventId)) events.add(change.eventId);
        if (change.purchase) ids.add(change.purchase.transactionId);
      }
    }
    const named = { _id: { $in: [...ids] } };
    const filter = events.size > 0 ? { $or: [named, { 'purchases.eventId': { $in: [...events] } }] } : named;
    const states = await this.orders.find(filter, { session }).toArray();
    const { changed, removed, customers } = foldOrders(states, changes);
    await writeStates(this.orders, { held: new Set(states.map(({ _id }) => _id)), changed, removed }, session);
    return customers;
  }

  private async applyCustomers(changes: readonly FeatureChange[], session: ClientSession): Promise<Set<string>> {
    const exists = new Map(
      changes.flatMap(change => (change.about === 'customer' ? [[change.id, change.exists]] : [])),
    );
    if (exists.size === 0) return new Set();
    const ids = [...exists.keys()];
    const held = new Set(
      (await this.customers.find({ _id: { $in: ids } }, { session }).toArray()).map(({ _id }) => _id),
    );
    const added = ids.filter(id => exists.get(id) && !held.has(id));
    const removed = ids.filter(id => !exists.get(id) && held.has(id));
    await writeStates(this.customers, { held, changed: added.map(_id => ({ _id })), removed }, session);
    return new Set([...added, ...removed]);
  }
}

/** `seqs` holds the sequence of every event known so far; an event that never was a purchase, and is none, concerns no order. */
function orderChange(change: FeatureChange, seqs: Map<string, string>): OrderChange[] {
  if (change.about === 'order') return [change.order];
  if (change.about !== 'event') return [];
  const { eventId, seq } = change.event;
  const heldSeq = seqs.get(eventId);
  if (heldSeq !== undefined && seq < heldSeq) return [];
  seqs.set(eventId, seq);
  if (change.purchase === null && heldSeq === undefined) return [];
  return [{ kind: 'event', eventId, seq, purchase: change.purchase }];
}
