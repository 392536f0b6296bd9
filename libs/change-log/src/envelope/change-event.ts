import type { ChangeOperation } from '../shop-change.js';

/** Where the document of a change came from when MongoDB had no post-image of it. */
export type ImageOrigin = 'looked-up' | 'missing' | 'too-large';

/** A document of a change: its BSON, as MongoDB gave it, or a canonical Extended JSON text. */
export type DocumentImage = Uint8Array | string;

/** A change as capture saw it. */
export interface ChangeEvent {
  database: string;
  collection: string;
  op: ChangeOperation;
  /** The `_id` as canonical Extended JSON. */
  id: string;
  eventId: string;
  /** Undefined where many write to the topic, so that only the place in it is a sequence. */
  seq: string | undefined;
  epoch: number;
  before: DocumentImage | null;
  after: DocumentImage | null;
  /** MongoDB's `updateDescription`, for updates. */
  updateDescription?: {
    removedFields: readonly string[];
    updatedFields: string;
    truncatedArrays: readonly { field: string; size: number }[];
  };
  /** True for rows that the snapshot read. */
  snapshot: boolean;
  /** Cluster time in milliseconds (whole seconds), and the order within that second; for a snapshot the time of reading and 0. */
  clusterTimeMs: number;
  ord: number;
  /** MongoDB's wall clock at the change, where it is known. */
  wallTimeMs?: number;
  /** Set where `after` is not the post-image MongoDB kept: read later, gone by then, or left out because the event was over 16 MB. */
  image?: ImageOrigin;
  traceparent?: string;
}
