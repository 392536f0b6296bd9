import type { HistoryItem } from '../affinity/affinity-model.js';
import type { Interactions } from '../interactions/interactions.js';
import type { SplitRow } from './split.js';

/** One customer of a test: what they had, and what they bought next. */
export interface TestCustomer {
  readonly id: string;
  readonly history: readonly HistoryItem[];
  /** Items of the model they bought next. */
  readonly bought: ReadonlySet<number>;
  /** Distinct items bought next; those the catalogue does not know count as one together. */
  readonly boughtCount: number;
}

/**
 * The customers of `next` who are in `known`, sorted by id.
 * @param catalogue ids of every item of the parts before the test; others are unknown and can only be missed.
 */
export function testCustomers(
  known: Interactions,
  next: readonly SplitRow[],
  catalogue: ReadonlySet<string>,
): TestCustomer[] {
  const items = new Map(known.itemIds.map((id, at) => [id, at]));
  const users = new Map(known.userIds.map((id, at) => [id, at]));
  const boughtIds = new Map<string, Set<string>>();
  for (const { customer, item } of next) {
    if (!users.has(customer)) continue;
    const bought = boughtIds.get(customer) ?? new Set<string>();
    bought.add(catalogue.has(item) ? item : UNKNOWN);
    boughtIds.set(customer, bought);
  }
  return [...boughtIds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, ids]) => ({
      id,
      history: historyOf(known, users.get(id) ?? -1),
      bought: new Set([...ids].map(item => items.get(item) ?? -1).filter(item => item >= 0)),
      boughtCount: ids.size,
    }));
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
