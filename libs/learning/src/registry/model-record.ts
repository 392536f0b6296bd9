import { z } from 'zod';

const parameters = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

/** Where a version is in its life. */
export const modelStatus = z.enum(['candidate', 'live', 'retired', 'rejected']);

export type ModelStatus = z.infer<typeof modelStatus>;

/** One version of a model, as kept in `laurel.models`. */
export const modelRecord = z.object({
  name: z.string(),
  /** 1, 2, 3 … for each name. */
  version: z.int().positive(),
  kind: z.string(),
  /** Which trainer made it; records from before there were two name none. */
  trainer: z.string().default('embedded'),
  trainedAt: z.date(),
  /** Hash of the training data; equal data gives an equal one. */
  dataFingerprint: z.string(),
  parameters,
  seed: z.int(),
  /** Figures of the evaluation, as the trainer reports them. */
  metrics: z.record(z.string(), z.unknown()),
  durationMs: z.number(),
  artifact: z.object({ sha256: z.string(), bytes: z.int(), fileId: z.string() }),
  status: modelStatus,
  /** Why it has this status. */
  reason: z.string(),
});

export type ModelRecord = z.infer<typeof modelRecord>;

/** What a trainer hands over for a new version. */
export interface ModelDraft {
  readonly name: string;
  readonly kind: string;
  readonly trainer: string;
  readonly trainedAt: Date;
  readonly dataFingerprint: string;
  readonly parameters: ModelRecord['parameters'];
  readonly seed: number;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly durationMs: number;
  readonly artifact: Uint8Array;
}

/** A part of the customers for one version. */
export interface TrafficShare {
  readonly version: number;
  readonly percent: number;
}

/** Which versions of a model serve; one document for each name in `laurel.model_serving`. */
export const servingState = z.object({
  name: z.string(),
  /** The version everyone gets where no traffic is split. */
  live: z.int().positive(),
  /** Versions that were live before, newest last. */
  history: z.array(z.int().positive()),
  traffic: z.array(z.object({ version: z.int().positive(), percent: z.number() })),
  /** Grows with every change. */
  revision: z.int(),
});

export type ServingState = z.infer<typeof servingState>;
