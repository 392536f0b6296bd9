import { stableHash } from '../statistics/stable-hash.js';
import type { Split, SplitRow } from './split.js';

const SHARE = 0.2;

/**
 * The split itself where its validation has a customer that train knows. Else nothing could be chosen: then a fifth of the items of each
 * customer with two or more, drawn by a hash, goes from train to validation. Train and validation together hold what they held before.
 */
export function withValidation(split: Split): Split {
  const items = itemsByCustomer(split.train);
  for (const { customer } of split.validation) if (items.has(customer)) return split;
  const held = new Map([...items].map(([customer, own]) => [customer, drawn(customer, own)]));
  const isHeld = ({ customer, item }: SplitRow): boolean => held.get(customer)?.has(item) ?? false;
  return {
    train: [...split.train].filter(row => !isHeld(row)),
    validation: [...split.validation, ...[...split.train].filter(isHeld)],
    test: split.test,
  };
}

function itemsByCustomer(rows: Iterable<SplitRow>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { customer, item } of rows) {
    const own = found.get(customer) ?? new Set();
    found.set(customer, own.add(item));
  }
  return found;
}

function drawn(customer: string, items: ReadonlySet<string>): Set<string> {
  const count = items.size < 2 ? 0 : Math.max(1, Math.floor(items.size * SHARE));
  const order = [...items].map(item => ({ item, hash: stableHash(`${customer}\u0000${item}`) }));
  order.sort((a, b) => a.hash - b.hash || (a.item < b.item ? -1 : 1));
  return new Set(order.slice(0, count).map(({ item }) => item));
}
