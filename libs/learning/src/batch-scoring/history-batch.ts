import { z } from 'zod';

/** Histories of many customers, row by row, and which items their lists may hold. */
export const historyBatchSchema = z.object({
  /** The model by its place among those of the {@link BatchScoring}. */
  model: z.int().nonnegative(),
  /** How many items a list holds. */
  most: z.int().positive(),
  /** 1 for each item that any list may hold. */
  wanted: z.instanceof(Uint8Array),
  /** History of row r: `items` and `weights` from starts[r] up to starts[r + 1]. */
  starts: z.instanceof(Int32Array),
  items: z.instanceof(Int32Array),
  weights: z.instanceof(Float64Array),
  /** What the list of row r may not hold beside, each item once: `own` from ownStarts[r] up to ownStarts[r + 1]. */
  ownStarts: z.instanceof(Int32Array),
  own: z.instanceof(Int32Array),
});

export type HistoryBatch = z.infer<typeof historyBatchSchema>;

/** The items that a model scores highest and above 0 for each row of a {@link HistoryBatch}, best first, equal scores by item. */
export const topListsSchema = z.object({
  /** List of row r: `items` and `scores` from starts[r] up to starts[r + 1]. */
  starts: z.instanceof(Int32Array),
  items: z.instanceof(Int32Array),
  scores: z.instanceof(Float32Array),
});

export type TopLists = z.infer<typeof topListsSchema>;
