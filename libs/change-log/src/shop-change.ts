import type { LoggedCollection, ShopDocuments } from '@laurel/shop';

/** `r` read by the snapshot, `c` created, `u` updated or replaced, `d` deleted: Debezium's letters. */
export type ChangeOperation = 'r' | 'c' | 'u' | 'd';

/** One change of a document of the shop, read from the log and checked. */
export type ShopChange = { [C in LoggedCollection]: ShopChangeOf<C> }[LoggedCollection];

export interface ShopChangeOf<C extends LoggedCollection> {
  collection: C;
  op: ChangeOperation;
  /** The document's `_id` as text. */
  id: string;
  /** Identifies the change for ever, whatever is sent again. */
  eventId: string;
  /** Rises with every change of a document (and along a partition); equal only among the rows of one snapshot chunk. Compares as text. */
  seq: string;
  /** When MongoDB made the change. */
  at: Date;
  /** The document after the change; null for a delete. */
  document: ShopDocuments[C] | null;
}
