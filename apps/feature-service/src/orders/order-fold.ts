import { countedOrder, Money, type Order, type ShopEvent } from '@laurel/shop';

/** All that is known of one order, and what counts of it. */
export interface OrderState {
  /** The transaction id. */
  _id: string;
  document: { seq: string; order: Order } | null;
  purchases: { seq: string; eventId: string; event: ShopEvent }[];
  /** Every customer that the evidence names. */
  customerIds: string[];
  counted: CountedValue | null;
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
  const homes = new Map(states.flatMap(({ _id, purchases }) => purchases.map(({ eventId }) => [eventId, _id] as const)));
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
      orderOf(change.transactionId).document = change.order && { seq: change.seq, order: trimmedOrder(change.order) };
      continue;
    }
    const { eventId, seq, purchase } = change;
    const home = homes.get(eventId);
    const held = home === undefined ? undefined : orders.get(home)?.purchases.find(candidate => candidate.eventId === eventId);
    if (held && seq < held.seq) continue;
    if (home !== undefined) {
      const order = orderOf(home);
      order.purchases = order.purchases.filter(candidate => candidate.eventId !== eventId);
      homes.delete(eventId);
    }
    if (!purchase) continue;
    orderOf(purchase.transactionId).purchases.push({ seq, eventId, event: trimmedPurchase(purchase.event) });
    homes.set(eventId, purchase.transactionId);
  }
  return settled(states, orders, touched);
}

function settled(before: readonly OrderState[], orders: ReadonlyMap<string, OrderState>, touched: ReadonlySet<string>): FoldedOrders {
  const previous = new Map(before.map(state => [state._id, state]));
  const result: FoldedOrders = { changed: [], removed: [], customers: new Set() };
  for (const id of touched) {
    const order = orders.get(id);
    if (!order) continue;
    const old = previous.get(id);
    const { document, purchases } = order;
    const counted = countedOrder({ transactionId: id, document: document?.order ?? null, purchases });
    order.counted = counted
      ? { customerId: counted.customerId, placedAt: counted.placedAt, value: Money.toString(counted.value) }
      : null;
    order.customerIds = [
      ...new Set([...(document ? [document.order.customerId] : []), ...purchases.map(({ event }) => event.user_pseudo_id)]),
    ].sort();
    if (document || purchases.length > 0) result.changed.push(order);
    else if (old) result.removed.push(id);
    if (!old || JSON.stringify([old.counted, old.customerIds]) !== JSON.stringify([order.counted, order.customerIds])) {
      for (const customer of [...(old?.customerIds ?? []), ...order.customerIds]) result.customers.add(customer);
    }
  }
  return result;
}

function trimmedOrder({ _id, customerId, placedAt, status, currency, items }: Order): Order {
  return {
    _id,
    customerId,
    placedAt,
    status,
    currency,
    items: items.map(({ productId, quantity, price }) => ({ productId, quantity, price })),
  };
}

function trimmedPurchase({ _id, event_name, event_timestamp, user_pseudo_id, items, ecommerce }: ShopEvent): ShopEvent {
  return {
    _id,
    event_name,
    event_timestamp,
    user_pseudo_id,
    items: (items ?? []).map(({ item_id, price, quantity }) => ({ item_id, price: price ?? null, quantity: quantity ?? null })),
    ecommerce: {
      transaction_id: ecommerce?.transaction_id ?? null,
      purchase_revenue: ecommerce?.purchase_revenue ?? null,
    },
  };
}
