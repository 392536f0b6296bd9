import { ModelRegistry } from '@laurel/learning';
import type { Db } from 'mongodb';

const NAME = 'user_clusters';
const TIERS = ['PLATINUM', 'GOLD', 'SILVER', 'BRONZE'];
const PROFILE = { size: 1, mean_revenue: 1, mean_revenue_low: 1, mean_revenue_high: 1, mean_orders: 1 };

/**
 * Makes a model of tiers live, as decisions without one wait for a lull. Its Platinum centroid lies at `platinum`, in the order of the features; the others are far from there. The clock of
 * {@link fillMembers} says that its members were decided by it.
 */
export async function promoteModel(db: Db, platinum: readonly number[]): Promise<void> {
  const registry = new ModelRegistry(db);
  await registry.prepare();
  const centre = platinum.map(value => Math.log1p(value));
  const model = {
    standardiser: { means: centre.map(() => 0), deviations: centre.map(() => 1) },
    centroids: TIERS.map((_, rank) => centre.map(value => value + 100 * rank)),
    tiers: TIERS,
    profiles: TIERS.map(() => PROFILE),
  };
  const { version } = await registry.register({
    name: NAME,
    kind: 'kmeans',
    trainer: 'embedded',
    trainedAt: new Date(),
    seed: 1,
    metrics: {},
    parameters: {},
    artifact: Buffer.from(JSON.stringify(model)),
    dataFingerprint: 'made up',
    durationMs: 0,
  });
  await registry.promote(NAME, version);
}
