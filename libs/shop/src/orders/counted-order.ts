import { Money } from '../money.js';
import { eventTimeOf, type ShopEvent } from '../shop-event.js';
import type { Order } from './order.js';

/** A purchase event's word about an order. */
export interface Purchase {
  eventId: string;
  event: ShopEvent;
}

/** All that is known of one order: its document, its purchase events, or both. */
export interface OrderEvidence {
  transactionId: string;
  document: Order | null;
  purchases: readonly Purchase[];
}

/** One product in a counted order; the price is for one unit. */
export interface CountedOrderLine {
  productId: string;
  quantity: number;
  price: number;
}

/** An order that counts: placed once, by one customer, neither cancelled nor refunded. */
export interface CountedOrder {
  transactionId: string;
  customerId: string;
  placedAt: Date;
  /** Exact value in billionths of the currency's unit (see {@link Money}). */
  value: bigint;
  lines: CountedOrderLine[];
}

/** Of several purchase events the one that counts: the earliest, then the one with the smallest id. `timestamp` is in microseconds since 1970. */
export function firstPurchase<P extends { eventId: string; timestamp: number }>(
  purchases: readonly P[],
): P | undefined {
  return purchases.reduce<P | undefined>((first, purchase) => {
    if (first === undefined || purchase.timestamp < first.timestamp) return purchase;
    return purchase.timestamp === first.timestamp && purchase.eventId < first.eventId ? purchase : first;
  }, undefined);
}

/** The transaction id of a purchase event, or undefined for any other event and for a purchase that names no transaction. */
export function purchaseOf(event: ShopEvent): string | undefined {
  if (event.event_name !== 'purchase') return undefined;
  return event.ecommerce?.transaction_id || undefined;
}

/**
 * What counts of an order. The document wins over purchase events, also when it says cancelled or refunded; of several purchase events the
 * {@link firstPurchase} does. A document's value is the exact sum of quantity × price over its lines; an event's is its
 * `purchase_revenue`, or the same sum where it has none.
 */
export function countedOrder(evidence: OrderEvidence): CountedOrder | undefined {
  const { transactionId, document } = evidence;
  if (document) {
    if (document.status === 'cancelled' || document.status === 'refunded') return undefined;
    const lines = document.items.map(({ productId, quantity, price }) => ({ productId, quantity, price }));
    return {
      transactionId,
      customerId: document.customerId,
      placedAt: document.placedAt,
      value: valueOf(lines),
      lines,
    };
  }
  const first = firstPurchase(
    evidence.purchases.map(({ eventId, event }) => ({ eventId, timestamp: event.event_timestamp, event })),
  );
  if (!first) return undefined;
  const lines = (first.event.items ?? []).map(item => ({
    productId: item.item_id,
    quantity: item.quantity ?? 1,
    price: item.price ?? 0,
  }));
  const revenue = first.event.ecommerce?.purchase_revenue;
  return {
    transactionId,
    customerId: first.event.user_pseudo_id,
    placedAt: eventTimeOf(first.event),
    value: revenue == null ? valueOf(lines) : Money.of(revenue),
    lines,
  };
}

function valueOf(lines: readonly CountedOrderLine[]): bigint {
  return lines.reduce((sum, line) => sum + Money.times(Money.of(line.price), Money.of(line.quantity)), 0n);
}
