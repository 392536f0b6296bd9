import type { HistoryItem } from '../affinity/affinity-model.js';
import type { Interactions } from '../interactions/interactions.js';
import { inShare } from '../statistics/in-share.js';
import type { SplitRow } from './split.js';

/** One customer of a test: what they had, and what they bought next. */
export interface TestCustomer {
  readonly id: string;
  readonly history: readonly HistoryItem[];
  /** Items they had bought; those are never recommended. */
  readonly owned: readonly number[];
  /** Items of the model they bought next. */
  readonly bought: ReadonlySet<number>;
  /** Distinct items bought next; those the catalogue does not know count as one together. */
  readonly boughtCount: number;
}

/**
 * The customers of `next` who had bought something, sorted by id: all of them, or, of more than `most`, about as many, drawn by a hash of their ids.
 * @param known what a model is trained on.
 * @param purchases of the same items: what of it was bought.
 * @param catalogue ids of every item of the parts before the test; others are unknown and can only be missed.
 * @returns them, and how many there are in all.
 */
export function testCustomers(
  { known, purchases }: { readonly known: Interactions; readonly purchases: Interactions },
  next: Iterable<SplitRow>,
  catalogue: ReadonlySet<string>,
  most = Infinity,
): { readonly customers: TestCustomer[]; readonly inAll: number } {
  const items = numbered(known.itemIds);
  const users = numbered(known.userIds);
  const buyers = known === purchases ? users : numbered(purchases.userIds);
  const ids = new Set<string>();
  for (const { customer } of next) if (buyers.has(customer)) ids.add(customer);
  const share = most / ids.size;
  const boughtIds = new Map<string, Set<string>>();
  for (const { customer, item } of next) {
    if (!ids.has(customer) || !inShare(customer, share)) continue;
    const bought = boughtIds.get(customer) ?? new Set<string>();
    bought.add(catalogue.has(item) ? item : UNKNOWN);
    boughtIds.set(customer, bought);
  }
  const customers = [...boughtIds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, own]) => ({
      id,
      history: historyOf(known, users.get(id) ?? -1),
      owned: historyOf(purchases, buyers.get(id) ?? -1).map(({ item }) => item),
      bought: new Set([...own].map(item => items.get(item) ?? -1).filter(item => item >= 0)),
      boughtCount: own.size,
    }));
  return { customers, inAll: ids.size };
}

function numbered(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, at) => [id, at]));
}

/** The entries of one row as a history. */
export function historyOf(interactions: Interactions, user: number): HistoryItem[] {
  const history: HistoryItem[] = [];
  for (let p = interactions.rowStarts[user]!; p < interactions.rowStarts[user + 1]!; p++) {
    history.push({ item: interactions.columns[p]!, weight: interactions.values[p]! });
  }
  return history;
}

const UNKNOWN = '\u0000unknown';
