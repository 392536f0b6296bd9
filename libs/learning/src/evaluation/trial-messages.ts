import { z } from 'zod';
import { dataDescriptionSchema } from './describe-data.js';
import { packedRowsSchema } from './packed-rows.js';
import type { Trial, TrialResult, TrialSource } from './trials.js';

const interestWeights = z.object({ view: z.number(), cart: z.number() }).optional();
const modelParameters = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
const candidate = z.object({ trainer: z.string(), parameters: modelParameters, seed: z.number() });
const trend = z.object({ strength: z.number(), smoothing: z.number() });
const tunedTrend = z.object({ parameters: trend, plainNdcg5: z.number(), ndcg5: z.number() });
const interval = z.tuple([z.number(), z.number()]);

const metrics = z.object({
  HR5: z.number(),
  NDCG5: z.number(),
  MAP5: z.number(),
  recall5: z.number(),
  recall20: z.number(),
  users: z.number(),
  meanPercentileRank: z.number(),
  coverage: z.number(),
  novelty: z.number(),
  byCustomers: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      users: z.number(),
      HR5: z.number(),
      NDCG5: z.number(),
      recall20: z.number(),
    }),
  ),
  byTier: z
    .array(z.object({ tier: z.string(), users: z.number(), HR5: z.number(), NDCG5: z.number(), recall20: z.number() }))
    .optional(),
  byPopularity: z.array(
    z.object({
      band: z.enum(['head', 'middle', 'tail']),
      items: z.number(),
      bought: z.number(),
      recall20: z.number(),
    }),
  ),
  intervals: z.object({ HR5: interval, NDCG5: interval, MAP5: interval, recall20: interval }),
});

const trialSource: z.ZodType<TrialSource> = z.object({
  kind: z.enum(['split', 'orders']),
  rows: packedRowsSchema,
  interests: packedRowsSchema.optional(),
  tiers: z.map(z.string(), z.string()).optional(),
});

/** What a trial worker is started with. */
export const trialWorkSchema = z.object({ source: trialSource, threads: z.int().positive() });

/** What a trial worker is asked. */
export const trialSchema: z.ZodType<Trial> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('validate'), candidate, share: z.number().optional() }),
  z.object({
    kind: z.literal('blend'),
    candidates: z.array(candidate),
    interestWeights,
  }),
  z.object({ kind: z.literal('describe') }),
  z.object({ kind: z.literal('test'), candidate, trends: z.array(trend.optional()) }),
  z.object({
    kind: z.literal('judge'),
    model: z.instanceof(Uint8Array<ArrayBuffer>),
    seed: z.number(),
    interestWeights,
  }),
  z.object({ kind: z.literal('refit'), candidate, trend: trend.optional() }),
]);

/** What a trial worker answers. */
export const trialResultSchema: z.ZodType<TrialResult> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('validate'),
    trend: tunedTrend,
    fitMs: z.number(),
  }),
  z.object({ kind: z.literal('blend'), candidate, trend: tunedTrend, fitMs: z.number() }),
  z.object({ kind: z.literal('describe'), data: dataDescriptionSchema }),
  z.object({ kind: z.literal('test'), metrics: z.array(metrics), customers: z.number(), fitMs: z.number() }),
  z.object({ kind: z.literal('judge'), metrics, customers: z.number(), dataFingerprint: z.string() }),
  z.object({
    kind: z.literal('refit'),
    model: z.instanceof(Uint8Array<ArrayBuffer>),
    dataFingerprint: z.string(),
    fitMs: z.number(),
  }),
]);
