import { SHOP_COLLECTIONS } from '@laurel/shop';
import { z } from 'zod';

const rangeSchema = z.object({
  /** Exclusive; null for the beginning of the collection. */
  after: z.string().nullable(),
  /** Inclusive. */
  upTo: z.string(),
});

/** A chunk's bounds: `_id`s as canonical Extended JSON. */
export type ChunkRange = z.infer<typeof rangeSchema>;

const snapshotSchema = z.object({
  /** The collections not finished yet; the first is being read. */
  collections: z.array(z.enum(SHOP_COLLECTIONS)),
  /** The number of the chunk being sent, rising over all collections. */
  chunk: z.number().int().nonnegative(),
  /** What the chunk being sent covers; null between collections. */
  range: rangeSchema.nullable(),
  /** Documents sent, by collection. */
  sent: z.partialRecord(z.enum(SHOP_COLLECTIONS), z.number().int()),
});

/**
 * How far capture has come. Everything before it is in the log; what was sent after it is sent again by whoever continues.
 * `writer` rises with every process that takes over.
 */
export const checkpointSchema = z.object({
  version: z.literal(1),
  database: z.string(),
  writer: z.number().int(),
  epoch: z.number().int(),
  /** The resume token's `_data`: the stream continues after it. */
  token: z.string(),
  phase: z.discriminatedUnion('name', [
    z.object({ name: z.literal('snapshot'), snapshot: snapshotSchema }),
    z.object({ name: z.literal('reconcile'), chunk: z.number().int() }),
    z.object({ name: z.literal('stream') }),
  ]),
  /** What the shop's documents were translated by; none where they are sent as they are. */
  mapping: z.string().optional(),
  at: z.iso.datetime(),
});

export type Checkpoint = z.infer<typeof checkpointSchema>;

export type SnapshotProgress = z.infer<typeof snapshotSchema>;
