/** The collections that are written to. */
export const WRITTEN_COLLECTIONS = ['orders', 'products'] as const;

export type WrittenCollection = (typeof WRITTEN_COLLECTIONS)[number];

/**
 * What must become of a change: `captured` arrives once; `before` was made before capture began, and shows in the snapshot at most; `unseen` was
 * made in a gap of MongoDB's history, and may arrive; `uncommitted` was taken back, and must never be seen.
 */
export type Fate = 'captured' | 'before' | 'unseen' | 'uncommitted';

/** One change that the writer made, as it knows it. */
export interface Write {
  collection: WrittenCollection;
  key: string;
  op: 'c' | 'u' | 'd';
  /** Different for every change; null for a delete. */
  rev: number | null;
  fate: Fate;
}
