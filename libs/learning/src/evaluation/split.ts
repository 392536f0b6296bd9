import { InteractionsBuilder } from '../interactions/interactions-builder.js';
import type { Interactions } from '../interactions/interactions.js';

/** One customer's total of one item in one part of a split. */
export interface SplitRow {
  readonly customer: string;
  readonly item: string;
  readonly quantity: number;
  /** On which it was last bought in that part, as {@link dayOf} counts; undefined where that is not known. */
  readonly day?: number | undefined;
}

/** Of a day. */
export const DAY_MS = 86_400_000;

/** The day of a moment, counted from 1970 in UTC. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** Rows of one part, to be gone through as often as wanted; they need not all be objects at the same time. */
export type SplitPart = Iterable<SplitRow> & { readonly length: number };

/** What customers bought before, next and last. Validation and test hold only items new to the customer. */
export interface Split<Part extends SplitPart = SplitPart> {
  readonly train: Part;
  readonly validation: Part;
  readonly test: Part;
}

/** What a key of rows comes to, each once. */
export function distinct(key: (row: SplitRow) => string, ...parts: Iterable<SplitRow>[]): Set<string> {
  const found = new Set<string>();
  for (const part of parts) for (const row of part) found.add(key(row));
  return found;
}

/** Interactions with the confidence log1p(quantity), quantities of a pair summed first. */
export function confidences(...parts: Iterable<SplitRow>[]): Interactions {
  return confidencesOf([], parts);
}

/** {@link confidences} with columns for these items too, whether anybody has them or not. */
export function confidencesOf(items: Iterable<string>, parts: readonly Iterable<SplitRow>[]): Interactions {
  const builder = new InteractionsBuilder(items);
  for (const part of parts) {
    for (const { customer, item, quantity, day } of part) builder.add(customer, item, quantity, day);
  }
  const quantities = builder.build();
  return { ...quantities, values: quantities.values.map(quantity => Math.log1p(quantity)) };
}
