import type { Order } from '@laurel/shop';
import type { OrderDraft } from '../rules/order-draft.js';

/**
 * An order ready to be stored. Beyond the shape of an order it may tell which orders a cancellation cancels, and which cancellations
 * an order met.
 */
export interface SettledOrder {
  readonly order: Order;
  /** Whether the file itself says the status. */
  readonly statusGiven: boolean;
}

interface OpenOrder {
  readonly draft: OrderDraft;
  readonly left: Map<string, number>;
  readonly cancelledBy: string[];
}

/**
 * Settles one customer's cancellations against the orders before them.
 *
 * A cancellation stays an order of its own with status `cancelled`. Its lines are matched to lines of the customer's earlier orders: same
 * product, at least that quantity not yet cancelled. An order that holds the whole cancellation comes first, one that it uses up before
 * others, a later before an earlier. An order of which nothing is left becomes `cancelled`; one cancelled in part keeps its status and lines.
 */
export function settleCancellations(drafts: readonly OrderDraft[]): readonly SettledOrder[] {
  const inTime = [...drafts].sort((a, b) => a.placedAtMs - b.placedAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const open: OpenOrder[] = inTime
    .filter(draft => !draft.isCancellation && draft.status !== 'cancelled' && draft.status !== 'refunded')
    .map(draft => ({ draft, left: quantities(draft), cancelledBy: [] }));
  const cancels = new Map<string, readonly string[]>();
  for (const cancellation of inTime) {
    if (!cancellation.isCancellation) continue;
    const earlier = open.filter(({ draft }) => draft.placedAtMs <= cancellation.placedAtMs).reverse();
    cancels.set(cancellation.id, cancelIn(earlier, cancellation));
  }
  const byId = new Map(open.map(entry => [entry.draft.id, entry]));
  return inTime.map(draft => settled(draft, cancels.get(draft.id) ?? [], byId.get(draft.id)));
}

function cancelIn(latestFirst: readonly OpenOrder[], cancellation: OrderDraft): readonly string[] {
  const wanted = quantities(cancellation);
  const holdsAll = latestFirst.filter(({ left }) =>
    [...wanted].every(([product, quantity]) => (left.get(product) ?? 0) >= quantity),
  );
  const whole = holdsAll.find(({ left }) => total(left) === total(wanted)) ?? holdsAll[0];
  const cancelled = new Set<string>();
  for (const [product, quantity] of wanted) {
    const holders = whole ? [whole] : latestFirst.filter(({ left }) => (left.get(product) ?? 0) >= quantity);
    const from = holders.find(({ left }) => left.get(product) === quantity) ?? holders[0];
    if (!from) continue;
    from.left.set(product, (from.left.get(product) ?? 0) - quantity);
    if (!from.cancelledBy.includes(cancellation.id)) from.cancelledBy.push(cancellation.id);
    cancelled.add(from.draft.id);
  }
  return [...cancelled];
}

function settled(draft: OrderDraft, cancels: readonly string[], entry: OpenOrder | undefined): SettledOrder {
  const usedUp = entry !== undefined && total(entry.left) === 0;
  const status = draft.isCancellation || usedUp ? 'cancelled' : (draft.status ?? 'placed');
  const cancelledBy = entry?.cancelledBy ?? [];
  return {
    order: {
      _id: draft.id,
      customerId: draft.customerId,
      placedAt: new Date(draft.placedAtMs),
      status,
      currency: draft.currency,
      items: [...draft.items],
      ...(cancels.length > 0 && { cancels: [...cancels] }),
      ...(cancelledBy.length > 0 && { cancelledBy: [...cancelledBy] }),
    },
    statusGiven: draft.status !== undefined,
  };
}

function quantities(draft: OrderDraft): Map<string, number> {
  const byProduct = new Map<string, number>();
  for (const { productId, quantity } of draft.items)
    byProduct.set(productId, (byProduct.get(productId) ?? 0) + quantity);
  return byProduct;
}

function total(quantitiesLeft: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const quantity of quantitiesLeft.values()) sum += quantity;
  return sum;
}
