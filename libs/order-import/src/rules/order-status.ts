import { ORDER_STATUSES, type OrderStatus } from '@laurel/shop';

const alsoCalled: Readonly<Record<string, OrderStatus>> = {
  open: 'placed',
  new: 'placed',
  pending: 'placed',
  processing: 'placed',
  complete: 'shipped',
  completed: 'shipped',
  fulfilled: 'shipped',
  delivered: 'shipped',
  canceled: 'cancelled',
  void: 'cancelled',
  voided: 'cancelled',
  returned: 'refunded',
};

/** An order's status by the words shops use for it; undefined for any other word. */
export function readOrderStatus(word: string): OrderStatus | undefined {
  const lower = word.trim().toLowerCase();
  return ORDER_STATUSES.find(status => status === lower) ?? alsoCalled[lower];
}
