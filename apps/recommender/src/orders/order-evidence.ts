import { countedOrder, type Order, type Purchase } from '@laurel/shop';

/** What counts of an order: one line for each product. */
export interface CountedLines {
  customerId: string;
  placedAt: Date;
  lines: { productId: string; quantity: number }[];
}

/** All that is known of one order, with what counts of it. */
export interface KnownOrder {
  document: Order | null;
  purchases: Purchase[];
  counted: CountedLines | null;
}

/** One piece of news about an order. */
export type OrderNews =
  | { kind: 'document'; transactionId: string; document: Order | null }
  | { kind: 'purchase'; transactionId: string; purchase: Purchase }
  | { kind: 'purchase withdrawn'; transactionId: string; eventId: string };

/** What is known of an order after the news, in the order they came; undefined when nothing is left. */
export function afterNews(
  transactionId: string,
  known: KnownOrder | undefined,
  news: readonly OrderNews[],
): KnownOrder | undefined {
  let document = known?.document ?? null;
  const purchases = new Map((known?.purchases ?? []).map(purchase => [purchase.eventId, purchase]));
  for (const item of news) {
    if (item.kind === 'document') document = item.document && essentials(item.document);
    else if (item.kind === 'purchase') purchases.set(item.purchase.eventId, essentialsOfPurchase(item.purchase));
    else purchases.delete(item.eventId);
  }
  if (!document && purchases.size === 0) return undefined;
  const evidence = { transactionId, document, purchases: [...purchases.values()] };
  return { document, purchases: evidence.purchases, counted: countedLines(evidence) };
}

function countedLines(evidence: Parameters<typeof countedOrder>[0]): CountedLines | null {
  const counted = countedOrder(evidence);
  if (!counted) return null;
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of counted.lines)
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  const lines = [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
  return { customerId: counted.customerId, placedAt: counted.placedAt, lines };
}

function essentials({ _id, customerId, placedAt, status, currency, items }: Order): Order {
  const lines = items.map(({ productId, quantity, price }) => ({ productId, quantity, price }));
  return { _id, customerId, placedAt, status, currency, items: lines };
}

function essentialsOfPurchase({ eventId, event }: Purchase): Purchase {
  const items = (event.items ?? []).map(({ item_id, quantity, price }) => ({
    item_id,
    quantity: quantity ?? null,
    price: price ?? null,
  }));
  const { _id, event_name, event_timestamp, user_pseudo_id, ecommerce } = event;
  return {
    eventId,
    event: {
      _id,
      event_name,
      event_timestamp,
      user_pseudo_id,
      items,
      ecommerce: {
        transaction_id: ecommerce?.transaction_id ?? null,
        purchase_revenue: ecommerce?.purchase_revenue ?? null,
      },
    },
  };
}
