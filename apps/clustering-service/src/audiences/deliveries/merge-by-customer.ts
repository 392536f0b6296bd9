/** Something about a customer. */
export interface OfCustomer {
  customerId: string;
}

/** What two sides say of one customer; at least one of them is there. */
export interface Merged<L, R> {
  left: L | undefined;
  right: R | undefined;
}

/**
 * Walks two sides at once, both in the order in which MongoDB sorts ids (the bytes of their UTF-8), each customer at most once a side.
 * Memory does not grow with them.
 */
export async function* mergeByCustomer<L extends OfCustomer, R extends OfCustomer>(
  left: AsyncIterable<L>,
  right: AsyncIterable<R>,
): AsyncGenerator<Merged<L, R>> {
  const lefts = left[Symbol.asyncIterator]();
  const rights = right[Symbol.asyncIterator]();
  try {
    let l = await lefts.next();
    let r = await rights.next();
    while (!l.done || !r.done) {
      const order = l.done ? 1 : r.done ? -1 : compareIds(l.value.customerId, r.value.customerId);
      yield { left: order <= 0 && !l.done ? l.value : undefined, right: order >= 0 && !r.done ? r.value : undefined };
      if (order <= 0) l = await lefts.next();
      if (order >= 0) r = await rights.next();
    }
  } finally {
    await lefts.return?.();
    await rights.return?.();
  }
}

/** The order of two ids as MongoDB has it. */
export function compareIds(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
