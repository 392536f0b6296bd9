import type { PackedChunk } from './packing/packed-chunk.js';

/** What happened to the document: read by the snapshot, created, updated (or replaced), deleted. */
export type ChangeOperation = 'r' | 'c' | 'u' | 'd';

/**
 * A document after Extended JSON was simplified (`fromExtendedJson` of @laurel/shop): JSON, plus Date.
 * A field that is `undefined` counts as absent.
 */
export type PlainDocument = Readonly<Record<string, unknown>>;

/** One change of one document, as it lies in the log. */
export interface ChangelogRow {
  /** MongoDB collection, e.g. `orders`; it goes into the table `<collection>_changelog`. */
  readonly collection: string;
  /** Unique per change; what duplicates are recognised by. */
  readonly eventId: string;
  /** Sequence of the change; compared byte by byte as text, rising per document. */
  readonly seq: string;
  readonly op: ChangeOperation;
  /** The document's `_id` as text. */
  readonly key: string;
  /** When MongoDB made the change. */
  readonly sourceTs: Date;
  /** Kafka partition and offset of the message, kept in the row so that each can be traced to its origin. */
  readonly partition: number;
  readonly offset: bigint;
  /** The whole document after the change; null after a delete. */
  readonly document: PlainDocument | null;
  /** True where `document` came from `parseShopDocument` of @laurel/shop, so that its shape need not be looked at again. */
  readonly isParsed?: boolean;
}

/** A change as a message of the log. */
export interface LoggedChange {
  readonly offset: bigint;
  /** Key, value and headers, `ce_id` and `x-seq` among them, as Kafka's record format 2 has them. */
  readonly record: { readonly bytes: Buffer; readonly from: number; readonly to: number };
}

/** How far a consumer of one (topic, partition) has come. */
export interface BatchPosition {
  /**
   * The next offset that the warehouse held before this batch; null when it held none. Where it holds another one, somebody
   * else has written meanwhile and the batch is refused with {@link StalePositionError}.
   */
  readonly previousOffset: bigint | null;
  /** Offset to continue from once this batch is stored (offset of the last message seen + 1, also where it was dropped as a duplicate). */
  readonly nextOffset: bigint;
  /** Highest sequence seen so far in this partition, rejected rows included; null when none. */
  readonly highSeq: string | null;
}

/** Rows of ONE (topic, partition), in offset order; may be empty when only the position moves. */
export interface ChangelogBatch {
  readonly topic: string;
  readonly partition: number;
  readonly rows: readonly ChangelogRow[];
  /** Further rows, that {@link Warehouse.pack} has made of messages of this partition. */
  readonly packed?: readonly PackedChunk[];
  /** Stored in the same transaction as the rows; null leaves the position alone (replayed dead letters). */
  readonly position: BatchPosition | null;
}

/** A row that was not stored, and why. */
export interface RowReject {
  /** Index into `batch.rows`. */
  readonly index: number;
  /** For people: path, what was expected and what was found, e.g. `orders.items.0.price: number expected, found string`. */
  readonly reason: string;
}

/** Told of rows that are not stored, never of none. */
export type OnRejected = (rejected: readonly RowReject[]) => Promise<void>;

/** What became of a batch; `stored + rejected.length` is the number of its rows, packed ones included. */
export interface AppendResult {
  readonly stored: number;
  readonly rejected: readonly RowReject[];
}

/** The stored position of one (topic, partition). */
export interface PartitionPosition {
  readonly topic: string;
  readonly partition: number;
  /** Where to seek to. */
  readonly nextOffset: bigint;
  /**
   * High-water mark. A message is a duplicate when its `seq < highSeq`, or when `seq = highSeq` and its event id is among
   * `eventIdsAtHighSeq` (the rows of one snapshot chunk share one sequence).
   */
  readonly highSeq: string | null;
  readonly eventIdsAtHighSeq: ReadonlySet<string>;
}
