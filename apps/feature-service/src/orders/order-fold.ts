import {
  countedOrder,
  firstPurchase,
  Money,
  type Order,
  type OrderEvidence,
  purchaseOf,
  type ShopEvent,
} from '@laurel/shop';

/** All that is known of one order, and what counts of it. */
export interface OrderState {
  /** The transaction id. */
  _id: string;
  document: DocumentState | null;
  purchases: PurchaseState[];
  /** Every customer that the evidence names. */
  customerIds: string[];
  counted: CountedValue | null;
}

/** What a document says of an order; `counted` is null for one that is cancelled or refunded. */
export interface DocumentState {
  seq: string;
  customerId: string;
  counted: CountedValue | null;
}

/** One purchase event, and what would count if it alone were known. */
export interface PurchaseState {
  seq: string;
  eventId: string;
  /** Microseconds since 1970. */
  timestamp: number;
  counted: CountedValue;
}

/** An order that counts: whose, when, and its exact value as decimal text. */
export interface CountedValue {
  customerId: string;
  placedAt: Date;
  value: string;
}

/** A change of an order's document (`transactionId` is its id) or of an event, which is a purchase or, null, no longer one. */
export type OrderChange =
  | { kind: 'document'; transactionId: string; seq: string; document: DocumentState | null }
  | { kind: 'event'; eventId: string; seq: string; purchase: NamedPurchase | null };

/** A purchase event with the order that it names. */
export interface NamedPurchase extends PurchaseState {
  transactionId: string;
}

/** The change of an order's document; null for one that is deleted. */
export function documentChange(transactionId: string, seq: string, order: Order | null): OrderChange {
  const document = order && {
    seq,
    customerId: order.customerId,
    counted: countedValue({ transactionId, document: order, purchases: [] }),
  };
  return { kind: 'document', transactionId, seq, document };
}

/** What an event says of an order; null where it is no purchase, or deleted. */
export function namedPurchase(eventId: string, seq: string, event: ShopEvent | null): NamedPurchase | null {
  const transactionId = event ? purchaseOf(event) : undefined;
  if (!event || transactionId === undefined) return null;
  const counted = countedValue({ transactionId, document: null, purchases: [{ eventId, event }] });
  return counted && { transactionId, seq, eventId, timestamp: event.event_timestamp, counted };
}

/** What a fold changed: documents to write, ids of documents to remove, customers whose features may differ now. */
export interface FoldedOrders {
  changed: OrderState[];
  removed: string[];
  customers: Set<string>;
}

/**
 * Applies changes, in their order, to what is known of the orders they touch. `states` must hold the orders named by the changes and those
 * that now rest on one of the events. A change older than what is held is left out, so the same changes may come again.
 */
export function foldOrders(states: readonly OrderState[], changes: readonly OrderChange[]): FoldedOrders {
  const orders = new Map(states.map(state => [state._id, { ...state, purchases: [...state.purchases] }]));
  const homes = new Map(
    states.flatMap(({ _id, purchases }) => purchases.map(({ eventId }) => [eventId, _id] as const)),
  );
  const touched = new Set<string>();
  const orderOf = (id: string): OrderState => {
    const order = orders.get(id) ?? { _id: id, document: null, purchases: [], customerIds: [], counted: null };
    orders.set(id, order);
    touched.add(id);
    return order;
  };

  for (const change of changes) {
    if (change.kind === 'document') {
      const held = orders.get(change.transactionId)?.document;
      if (held ? change.seq < held.seq : change.document === null) continue;
      orderOf(change.transactionId).document = change.document;
      continue;
    }
    const { eventId, seq, purchase } = change;
    const home = homes.get(eventId);
    const held =
      home === undefined ? undefined : orders.get(home)?.purchases.find(candidate => candidate.eventId === eventId);
    if (held && seq < held.seq) continue;
    if (home !== undefined) {
      const order = orderOf(home);
      order.purchases = order.purchases.filter(candidate => candidate.eventId !== eventId);
      homes.delete(eventId);
    }
    if (!purchase) continue;
    const { transactionId, ...state } = purchase;
    orderOf(transactionId).purchases.push(state);
    homes.set(eventId, transactionId);
  }
  return settled(states, orders, touched);
}

function settled(
  before: readonly OrderState[],
  orders: ReadonlyMap<string, OrderState>,
  touched: ReadonlySet<string>,
): FoldedOrders {
  const previous = new Map(before.map(state => [state._id, state]));
  const result: FoldedOrders = { changed: [], removed: [], customers: new Set() };
  for (const id of touched) {
    const order = orders.get(id);
    if (!order) continue;
    const old = previous.get(id);
    const { document, purchases } = order;
    order.counted = document ? document.counted : (firstPurchase(purchases)?.counted ?? null);
    order.customerIds = [
      ...new Set([...(document ? [document.customerId] : []), ...purchases.map(({ counted }) => counted.customerId)]),
    ].sort();
    if (document || purchases.length > 0) result.changed.push(order);
    else if (old) result.removed.push(id);
    if (!old || JSON.stringify([old.counted, old.customerIds]) !== JSON.stringify([order.counted, order.customerIds])) {
      for (const customer of [...(old?.customerIds ?? []), ...order.customerIds]) result.customers.add(customer);
    }
  }
  return result;
}

function countedValue(evidence: OrderEvidence): CountedValue | null {
  const counted = countedOrder(evidence);
  return counted
    ? { customerId: counted.customerId, placedAt: counted.placedAt, value: Money.toString(counted.value) }
    : null;
}
