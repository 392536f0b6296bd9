import {
  clusterTuning,
  steadiestSettings,
  tuningRequest,
  type Trainer,
  type TrainingJob,
  type TuningTrials,
} from '@laurel/learning';
import type { TableRows, Warehouse } from '@laurel/warehouse';
import { z } from 'zod';
import type { TierPolicy } from '../configuration/tier-configuration.js';
import { TIER_FEATURES } from '../tiers/tier-features.js';
import { TIERS } from '../tiers/tier.js';
import { tierModelSchema } from '../tiers/tier-model.js';
import { clusterInput, trainTierModel, type Buyer } from '../tiers/train-tier-model.js';
import { USER_CLUSTERS } from './live-tier-models.js';

const BUYERS: TableRows = {
  table: 'user_features',
  columns: ['user_pseudo_id', ...TIER_FEATURES, 'revenue', 'last_order_at'],
  where: 'no_of_orders > 0',
};

const buyerSchema = z
  .object({
    user_pseudo_id: z.string(),
    average_order_value: z.number(),
    no_of_orders: z.number(),
    session_count: z.number(),
    total_time_spend_by_user_in_msec: z.number(),
    revenue: z.string(),
    last_order_at: z.date(),
  })
  .transform(({ user_pseudo_id, revenue, last_order_at, ...features }): Buyer => ({
    customerId: user_pseudo_id,
    features,
    revenue: Number(revenue),
    lastOrderAt: last_order_at,
  }));

/** What a {@link tierTrainingJob} needs. */
export interface TierTrainingOptions {
  warehouse: Warehouse;
  trainer: Trainer;
  policy: TierPolicy;
  windowDays: number;
  /** Trials of earlier tunings: what they found is taken. */
  trials: TuningTrials;
}

/**
 * Trains the tiers' model from the warehouse's `user_features`, built anew first. The result goes live unless its clusters change places
 * against the live model. Asked with `{ tune: { budgetSeconds } }` it searches settings instead.
 */
export function tierTrainingJob({ warehouse, trainer, policy, windowDays, trials }: TierTrainingOptions): TrainingJob {
  return async ({ runId, options, live, registry, signal, onProgress }) => {
    const trainedAt = new Date();
    onProgress(0, 'building user_features');
    await warehouse.buildModels({ select: ['user_features'], asOf: trainedAt, windowDays, signal });
    onProgress(0.3, 'reading buyers');
    const buyers: Buyer[] = [];
    for await (const batch of warehouse.readTable(BUYERS, buyerSchema)) buyers.push(...batch);
    const { tune } = tuningRequest.parse(options);
    const name = USER_CLUSTERS;
    if (tune) {
      const search = { ...tune, name, seed: policy.seed, signal, onProgress };
      return clusterTuning(clusterInput(buyers), TIERS.length, trials, search);
    }
    const tuned = steadiestSettings(await trials.newest(name), TIERS.length);
    const before = live && tierModelSchema.parse(JSON.parse(new TextDecoder().decode(await registry.load(live))));
    const result = await trainTierModel(trainer, buyers, before, policy, {
      source: BUYERS,
      ...(tuned && { tuned }),
      runId,
      signal,
      onProgress: (fraction, stage) => onProgress(0.4 + 0.6 * fraction, stage),
    });
    if (result.kind === 'refused') return result;
    return {
      kind: 'trained',
      draft: {
        name,
        kind: 'kmeans',
        trainer: trainer.kind,
        trainedAt,
        dataFingerprint: result.dataFingerprint,
        parameters: {
          clusters: result.model.tiers.length,
          window_days: windowDays,
          warm_start: before !== undefined,
          scale: result.model.standardiser.scale,
          ...(result.remoteModel !== undefined && { remote_model: result.remoteModel }),
        },
        seed: policy.seed,
        metrics: result.metrics,
        durationMs: result.durationMs,
        artifact: new TextEncoder().encode(JSON.stringify(result.model)),
      },
      decision: result.hold
        ? { promote: false, reason: result.hold }
        : { promote: true, reason: before ? 'keeps the order of the live clusters' : 'no model was live' },
    };
  };
}
