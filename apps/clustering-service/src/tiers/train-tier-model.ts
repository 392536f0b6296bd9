import {
  ClusterModel,
  type ClustersInput,
  type ClustersOptions,
  distributionOf,
  Standardiser,
  type Refused,
  type TrainedClusters,
  type Trainer,
} from '@laurel/learning';
import type { TierPolicy } from '../configuration/tier-configuration.js';
import { nameClusters, type NamedCluster } from './name-clusters.js';
import { TIER_FEATURES, type TierFeatures } from './tier-features.js';
import { TierModel, type TierModelData } from './tier-model.js';
import { rankOf, TIERS } from './tier.js';

/** A customer with at least one order in the window. */
export interface Buyer {
  customerId: string;
  features: TierFeatures;
  revenue: number;
  lastOrderAt: Date;
}

/** A trained model with its figures. */
export interface TrainedTiers {
  kind: 'trained';
  model: TierModelData;
  metrics: Record<string, unknown>;
  dataFingerprint: string;
  durationMs: number;
  /** Why it should not go live by itself: its order of the clusters contradicts the live model's. */
  hold: string | undefined;
  /** Its clusters' name where they also lie elsewhere. */
  remoteModel: string | undefined;
}

/**
 * Clusters buyers by whichever trainer there is, warm from the live centroids, and names the clusters by revenue. Refuses, with the reason,
 * fewer than `leastBuyers` and whatever the trainer refuses.
 */
export async function trainTierModel(
  trainer: Pick<Trainer, 'trainClusters'>,
  buyers: readonly Buyer[],
  live: TierModelData | undefined,
  policy: TierPolicy,
  { source, ...options }: Omit<ClustersOptions, 'k' | 'seed' | 'previous'> & Pick<ClustersInput, 'source'> = {},
): Promise<TrainedTiers | Refused> {
  if (buyers.length < policy.leastBuyers) {
    const reason = `${buyers.length} customers with an order in the window; tiers need ${policy.leastBuyers} or more`;
    return { kind: 'refused', reason };
  }
  const trained = await trainer.trainClusters(
    { ...clusterInput(buyers), ...(source && { source }) },
    { ...options, k: TIERS.length, seed: policy.seed, ...(live && { previous: clusterModelOf(live) }) },
  );
  return trained.kind === 'refused' ? trained : named(trained, buyers, live, policy);
}

/** Buyers as clusters are learned from them. */
export function clusterInput(buyers: readonly Pick<Buyer, 'customerId' | 'features'>[]): ClustersInput {
  const rows = buyers.map(({ customerId, features }) => ({
    customerId,
    features: TIER_FEATURES.map(name => features[name]),
  }));
  return { featureNames: TIER_FEATURES, rows };
}

function named(
  trained: TrainedClusters,
  buyers: readonly Buyer[],
  live: TierModelData | undefined,
  policy: TierPolicy,
): TrainedTiers {
  const { model, metrics, customerIds, assignments, dataFingerprint, durationMs, remote } = trained;
  const members: Buyer[][] = TIERS.map(() => []);
  const byId = new Map(buyers.map(buyer => [buyer.customerId, buyer]));
  customerIds.forEach((id, i) => {
    const buyer = byId.get(id);
    if (buyer) members[assignments[i] ?? -1]?.push(buyer);
  });
  const clusters = members.map((cluster, number) => {
    const before = live?.tiers[metrics.matching?.indexOf(number) ?? -1];
    return {
      revenues: cluster.map(({ revenue }) => revenue),
      meanOrders: mean(cluster.map(({ features }) => features.no_of_orders)),
      meanLastOrderMs: mean(cluster.map(({ lastOrderAt }) => lastOrderAt.getTime())),
      previousRank: before && rankOf(before),
    };
  });
  const names = nameClusters(clusters, policy.seed);
  const inversions = inversionsOf(clusters, names);
  const data = modelData(model, clusters, names);
  return {
    kind: 'trained',
    model: data,
    dataFingerprint,
    durationMs,
    remoteModel: remote?.model,
    hold:
      inversions > 0
        ? `${inversions} pair(s) of clusters would change places against the live model; promote by hand if that is meant`
        : undefined,
    metrics: {
      buyers: buyers.length,
      davies_bouldin: metrics.daviesBouldin,
      mean_squared_distance: metrics.meanSquaredDistance,
      silhouette: metrics.silhouette,
      sizes: byTier(names, metrics.sizes),
      jaccard: byTier(names, metrics.jaccard),
      tied_clusters: names.filter(({ tied }) => tied).length,
      inversions,
      ...(remote && { bigquery_ml: remote.figures }),
      feature_distribution: Object.fromEntries(
        TIER_FEATURES.map(name => [name, distributionOf(buyers.map(({ features }) => features[name]))]),
      ),
      ...(live && { adjusted_rand_index: metrics.adjustedRandIndex, tier_churn: churn(data, live, buyers) }),
    },
  };
}

function modelData(
  model: ClusterModel,
  clusters: readonly { revenues: readonly number[]; meanOrders: number }[],
  names: readonly NamedCluster[],
): TierModelData {
  const width = TIER_FEATURES.length;
  return {
    standardiser: model.standardiser.state,
    centroids: clusters.map((_, c) => Array.from(model.centroids.subarray(c * width, (c + 1) * width))),
    tiers: names.map(({ tier }) => tier),
    profiles: names.map(({ revenue }, c) => ({
      size: clusters[c]?.revenues.length ?? 0,
      mean_revenue: revenue.mean,
      mean_revenue_low: revenue.low,
      mean_revenue_high: revenue.high,
      mean_orders: clusters[c]?.meanOrders ?? 0,
    })),
  };
}

function clusterModelOf({ standardiser, centroids }: TierModelData): ClusterModel {
  return new ClusterModel(TIER_FEATURES, new Standardiser(standardiser), Float64Array.from(centroids.flat()));
}

/** Pairs of clusters whose order is the opposite of what it was in the live model. */
function inversionsOf(
  clusters: readonly { previousRank: number | undefined }[],
  names: readonly NamedCluster[],
): number {
  let count = 0;
  names.forEach((a, i) => {
    names.slice(0, i).forEach((b, j) => {
      const [before, after] = [clusters[i]?.previousRank, clusters[j]?.previousRank];
      if (before !== undefined && after !== undefined && (before - after) * (rankOf(a.tier) - rankOf(b.tier)) < 0)
        count++;
    });
  });
  return count;
}

/** The share of buyers whose nearest centroid has another tier than in the live model. */
function churn(data: TierModelData, live: TierModelData, buyers: readonly Buyer[]): number {
  const [now, before] = [new TierModel(data), new TierModel(live)];
  return (
    buyers.filter(({ features }) => now.score(features).tier !== before.score(features).tier).length / buyers.length
  );
}

function byTier(names: readonly NamedCluster[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map(({ tier }, c) => [tier, values[c] ?? 0]));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
