import { countedOrder, Money, type Order, type OrderEvidence, type ShopEvent } from '@laurel/shop';

/** All that is known of one order, and what counts of it. */
export interface OrderState {
  /** The transaction id. */
  _id: string;
  document: { seq: string; customerId: string; counted: CountedValue | null } | null;
  purchases: PurchaseState[];
  /** Every customer that the evidence names. */
  customerIds: string[];
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
  | { kind: 'document'; transactionId: string; seq: string; order: Order | null }
  | { kind: 'event'; eventId: string; seq: string; purchase: { transactionId: string; event: ShopEvent } | null };

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
      if (held ? change.seq < held.seq : change.order === null) continue;
      const { transactionId, seq, order } = change;
      const counted = countedValue({ transactionId, document: order, purchases: [] });
      orderOf(transactionId).document = order && { seq, customerId: order.customerId, counted };
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
    const { transactionId, event } = purchase;
    const counted = countedValue({ transactionId, document: null, purchases: [{ eventId, event }] });
    if (counted) orderOf(transactionId).purchases.push({ seq, eventId, timestamp: event.event_timestamp, counted });
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
    order.counted = document ? document.counted : earliest(purchases);
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

/** Of several purchases the first counts, then the one with the smallest id, as in `countedOrder`. */
function earliest(purchases: readonly PurchaseState[]): CountedValue | null {
  const [first] = [...purchases].sort((a, b) => a.timestamp - b.timestamp || (a.eventId < b.eventId ? -1 : 1));
  return first?.counted ?? null;
}

function countedValue(evidence: OrderEvidence): CountedValue | null {
  const counted = countedOrder(evidence);
  return counted
    ? { customerId: counted.customerId, placedAt: counted.placedAt, value: Money.toString(counted.value) }
    : null;
}
