import { countedOrder, firstPurchase, type Order, type OrderEvidence, purchaseOf, type ShopEvent } from '@laurel/shop';

/** What counts of an order: `quantities[i]` of the product `productIds[i]`, each product once. */
export interface CountedLines {
  customerId: string;
  placedAt: Date;
  productIds: string[];
  quantities: number[];
}

/** A purchase event, and what would count if it alone were known. `timestamp` is in microseconds since 1970. */
export interface KnownPurchase {
  eventId: string;
  timestamp: number;
  counted: CountedLines;
}

/** All that is known of one order. */
export interface KnownOrder {
  /** Whether there is a document: then what it says is what counts, and the purchases wait. */
  hasDocument: boolean;
  purchases: KnownPurchase[];
  counted: CountedLines | null;
  /** Every customer that counts here, or would. */
  customerIds: string[];
}

/** One piece of news about an order. A document counts null where it is cancelled or refunded; `gone` says that there is none any more. */
export type OrderNews =
  | { kind: 'document'; transactionId: string; counted: CountedLines | null }
  | { kind: 'document gone'; transactionId: string }
  | { kind: 'purchase'; transactionId: string; purchase: KnownPurchase }
  | { kind: 'purchase withdrawn'; transactionId: string; eventId: string };

/** The news that an order's document brings; null for one that is deleted. */
export function documentNews(transactionId: string, document: Order | null): OrderNews {
  if (!document) return { kind: 'document gone', transactionId };
  return { kind: 'document', transactionId, counted: countedLines({ transactionId, document, purchases: [] }) };
}

/** The news that a purchase event brings; undefined for any other event. */
export function purchaseNews(eventId: string, event: ShopEvent): Extract<OrderNews, { kind: 'purchase' }> | undefined {
  const transactionId = purchaseOf(event);
  if (transactionId === undefined) return undefined;
  const counted = countedLines({ transactionId, document: null, purchases: [{ eventId, event }] });
  if (!counted) return undefined;
  return { kind: 'purchase', transactionId, purchase: { eventId, timestamp: event.event_timestamp, counted } };
}

/** What is known of an order after the news, in the order they came; undefined when nothing is left. */
export function afterNews(known: KnownOrder | undefined, news: readonly OrderNews[]): KnownOrder | undefined {
  let document = known?.hasDocument ? known.counted : undefined;
  const byEvent = new Map(known?.purchases.map(purchase => [purchase.eventId, purchase]));
  for (const item of news) {
    if (item.kind === 'document') document = item.counted;
    else if (item.kind === 'document gone') document = undefined;
    else if (item.kind === 'purchase') byEvent.set(item.purchase.eventId, item.purchase);
    else byEvent.delete(item.eventId);
  }
  const hasDocument = document !== undefined;
  const purchases = [...byEvent.values()];
  if (!hasDocument && purchases.length === 0) return undefined;
  const counted = document === undefined ? (firstPurchase(purchases)?.counted ?? null) : document;
  const customerIds = new Set(purchases.map(purchase => purchase.counted.customerId));
  if (counted) customerIds.add(counted.customerId);
  return { hasDocument, purchases, counted, customerIds: [...customerIds] };
}

function countedLines(evidence: OrderEvidence): CountedLines | null {
  const counted = countedOrder(evidence);
  if (!counted) return null;
  const lines = new Map<string, number>();
  for (const { productId, quantity } of counted.lines) lines.set(productId, (lines.get(productId) ?? 0) + quantity);
  const { customerId, placedAt } = counted;
  return { customerId, placedAt, productIds: [...lines.keys()], quantities: [...lines.values()] };
}
