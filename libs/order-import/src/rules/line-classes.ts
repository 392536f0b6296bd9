/** What can be wrong with a row, in the order in which a refusal is decided. */
export const LINE_CLASSES = {
  'unreadable-row': { outcome: 'refused', why: 'the row does not have the form of the others' },
  'no-order': { outcome: 'refused', why: 'no order id' },
  'no-product': { outcome: 'refused', why: 'no product id' },
  'no-customer': { outcome: 'refused', why: 'no customer: the line belongs to nobody' },
  'second-customer': { outcome: 'refused', why: 'the order belongs to another customer, by its first row' },
  'unreadable-date': { outcome: 'refused', why: 'the date cannot be read' },
  'unreadable-quantity': { outcome: 'refused', why: 'the quantity is no number' },
  'unreadable-price': { outcome: 'refused', why: 'the price is no number' },
  'unknown-status': { outcome: 'refused', why: 'the status is none that an order can have' },
  'not-a-product': { outcome: 'refused', why: 'the code stands for postage, a fee, a correction or the like' },
  'price-not-positive': { outcome: 'refused', why: 'the price is zero or less' },
  'quantity-not-positive': { outcome: 'refused', why: 'the quantity is zero or less and the order no cancellation' },
  'exact-duplicate': { outcome: 'repaired', why: 'the same as an earlier row in every column: counted once' },
  cancellation: {
    outcome: 'repaired',
    why: 'the order number marks a cancellation: a cancelled order, quantities made positive',
  },
  'untidy-name': { outcome: 'repaired', why: 'the name has blanks around it or several in a row: they are taken out' },
  'other-name': {
    outcome: 'repaired',
    why: 'the name differs from the usual one of this product: the usual one is taken',
  },
  'other-time': { outcome: 'repaired', why: 'the time differs within the order: the earliest is taken' },
} as const satisfies Readonly<Record<string, { outcome: 'refused' | 'repaired'; why: string }>>;

/** The name of a class of {@link LINE_CLASSES}. */
export type LineClass = keyof typeof LINE_CLASSES;

/** What became of a row. */
export type LineOutcome = 'kept' | 'repaired' | 'refused';

/** What became of a row with these faults: refused by the first fault that refuses, else repaired, without faults kept. */
export function outcomeOf(faults: readonly LineClass[]): {
  readonly outcome: LineOutcome;
  readonly decidedBy: LineClass | undefined;
} {
  const refusal = faults.find(fault => LINE_CLASSES[fault].outcome === 'refused');
  if (refusal !== undefined) return { outcome: 'refused', decidedBy: refusal };
  return { outcome: faults.length === 0 ? 'kept' : 'repaired', decidedBy: faults[0] };
}
