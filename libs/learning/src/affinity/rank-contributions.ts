import type { Contribution } from './affinity-model.js';

/** Turns amounts into shares of their sum, largest first, zeros left out, ties by index. */
export function rankContributions(
  amounts: readonly { readonly item: number; readonly amount: number }[],
): Contribution[] {
  const total = amounts.reduce((sum, { amount }) => sum + amount, 0);
  if (total === 0) return [];
  return amounts
    .filter(({ amount }) => amount !== 0)
    .map(({ item, amount }) => ({ item, share: amount / total }))
    .sort((a, b) => b.share - a.share || a.item - b.item);
}
