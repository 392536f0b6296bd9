import type { ShopChange } from '@laurel/change-log';
import { engagementTimeMsecOf, eventTimeOf, purchaseOf, sessionIdOf } from '@laurel/shop';
import type { AnyBulkWriteOperation, ClientSession, Collection, Db, Document } from 'mongodb';
import { foldOrders, type OrderChange, type OrderState } from '../orders/order-fold.js';
import { foldEvents, sessionKey, type EventChange, type SessionState } from '../sessions/session-fold.js';

/** A customer document of the shop that is known to exist. */
interface KnownCustomer {
  _id: string;
}

/** The folded state in Laurel's MongoDB: `feature_sessions`, `feature_orders`, `feature_customers`. No contact data. */
export class FeatureStore {
  readonly sessions: Collection<SessionState>;
  readonly orders: Collection<OrderState>;
  readonly customers: Collection<KnownCustomer>;

  constructor(db: Db) {
    this.sessions = db.collection<SessionState>('feature_sessions');
    this.orders = db.collection<OrderState>('feature_orders');
    this.customers = db.collection<KnownCustomer>('feature_customers');
  }

  /** Creates the collections and indexes that are missing. */
  async prepare(): Promise<void> {
    await this.sessions.createIndexes([
      { key: { customerId: 1 } },
      { key: { 'events.id': 1 } },
      { key: { firstAtMs: 1, lastAtMs: 1, customerId: 1 } },
    ]);
    await this.orders.createIndexes([
      { key: { customerIds: 1 } },
      { key: { 'purchases.eventId': 1 } },
      { key: { 'counted.placedAt': 1, 'counted.customerId': 1 } },
    ]);
    await this.customers.createIndexes([{ key: { _id: 1 } }]);
  }

  /** Folds changes in, within the transaction of `session`. Gives the customers whose features may differ now. */
  async apply(changes: readonly ShopChange[], session: ClientSession): Promise<Set<string>> {
    const customers = await this.applyEvents(changes.flatMap(eventChange), session);
    for (const id of await this.applyOrders(changes.flatMap(orderChange), session)) customers.add(id);
    for (const id of await this.applyCustomers(changes, session)) customers.add(id);
    return customers;
  }

  private async applyEvents(changes: readonly EventChange[], session: ClientSession): Promise<Set<string>> {
    if (changes.length === 0) return new Set();
    const keys = new Set(changes.flatMap(({ event }) => (event ? [sessionKey(event)] : [])));
    const ids = [...new Set(changes.map(({ eventId }) => eventId))];
    const byKey = await this.sessions.find({ _id: { $in: [...keys] } }, { session }).toArray();
    const byEvent = await this.sessions.find({ 'events.id': { $in: ids } }, { session }).toArray();
    const states = new Map([...byKey, ...byEvent].map(state => [state._id, state]));
    const { changed, removed, customers } = foldEvents([...states.values()], changes);
    await write(this.sessions, new Set(states.keys()), changed, removed, session);
    return customers;
  }

  private async applyOrders(changes: readonly OrderChange[], session: ClientSession): Promise<Set<string>> {
    if (changes.length === 0) return new Set();
    const ids = new Set<string>();
    const events = new Set<string>();
    for (const change of changes) {
      if (change.kind === 'document') ids.add(change.transactionId);
      else {
        events.add(change.eventId);
        if (change.purchase) ids.add(change.purchase.transactionId);
      }
    }
    const byId = await this.orders.find({ _id: { $in: [...ids] } }, { session }).toArray();
    const byEvent = await this.orders.find({ 'purchases.eventId': { $in: [...events] } }, { session }).toArray();
    const states = new Map([...byId, ...byEvent].map(state => [state._id, state]));
    const { changed, removed, customers } = foldOrders([...states.values()], changes);
    await write(this.orders, new Set(states.keys()), changed, removed, session);
    return customers;
  }

  private async applyCustomers(changes: readonly ShopChange[], session: ClientSession): Promise<Set<string>> {
    const exists = new Map(
      changes.flatMap(change => (change.collection === 'customers' ? [[change.id, change.document !== null]] : [])),
    );
    if (exists.size === 0) return new Set();
    const ids = [...exists.keys()];
    const held = new Set(
      (await this.customers.find({ _id: { $in: ids } }, { session }).toArray()).map(({ _id }) => _id),
    );
    const added = ids.filter(id => exists.get(id) && !held.has(id));
    const removed = ids.filter(id => !exists.get(id) && held.has(id));
    await write(
      this.customers,
      held,
      added.map(_id => ({ _id })),
      removed,
      session,
    );
    return new Set([...added, ...removed]);
  }
}

function eventChange(change: ShopChange): EventChange[] {
  if (change.collection !== 'events') return [];
  const { id, seq, document } = change;
  const event = document && {
    customerId: document.user_pseudo_id,
    sessionId: sessionIdOf(document) ?? null,
    timeMs: eventTimeOf(document).getTime(),
    engagementTimeMsec: engagementTimeMsecOf(document),
  };
  return [{ eventId: id, seq, event }];
}

function orderChange(change: ShopChange): OrderChange[] {
  const { id, seq } = change;
  if (change.collection === 'orders') return [{ kind: 'document', transactionId: id, seq, order: change.document }];
  if (change.collection !== 'events') return [];
  const transactionId = change.document ? purchaseOf(change.document) : undefined;
  // A newly created event that is no purchase cannot have been one before.
  if (transactionId === undefined && change.op === 'c') return [];
  const purchase = change.document && transactionId !== undefined ? { transactionId, event: change.document } : null;
  return [{ kind: 'event', eventId: id, seq, purchase }];
}

/** Writes what a fold made of the documents whose ids are `held`: the others are new, and inserting them costs a fraction of an upsert. */
async function write<T extends Document & { _id: string }>(
  collection: Collection<T>,
  held: ReadonlySet<string>,
  changed: readonly T[],
  removed: readonly string[],
  session: ClientSession,
): Promise<void> {
  const documents = collection.db.collection<Document & { _id: string }>(collection.collectionName);
  const added = changed.filter(({ _id }) => !held.has(_id));
  if (added.length > 0) await documents.insertMany(added, { session, ordered: false });
  const operations: AnyBulkWriteOperation<Document & { _id: string }>[] = [
    ...changed
      .filter(({ _id }) => held.has(_id))
      .map(state => ({ replaceOne: { filter: { _id: state._id }, replacement: state } })),
    ...removed.filter(id => held.has(id)).map(_id => ({ deleteOne: { filter: { _id } } })),
  ];
  if (operations.length > 0) await documents.bulkWrite(operations, { session, ordered: false });
}
