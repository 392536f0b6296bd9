import type { MeanInterval } from '@laurel/learning';
import { revenueInterval } from './revenue-interval.js';
import { TIERS, type Tier } from './tier.js';

/** What a cluster's members are worth. */
export interface ClusterMembers {
  /** Revenue in the window, one number for each member. */
  revenues: readonly number[];
  meanOrders: number;
  /** Mean moment of the last order, in milliseconds since 1970. */
  meanLastOrderMs: number;
  /** Rank of the tier that this cluster had in the live model; undefined without one. */
  previousRank: number | undefined;
}

/** A cluster's tier, and the 95 % interval of its members' mean revenue. */
export interface NamedCluster {
  tier: Tier;
  revenue: MeanInterval;
  /** Whether its interval overlaps with that of a neighbour in rank, so that something other than revenue decided. */
  tied: boolean;
}

/**
 * Names clusters by rank of mean revenue, Platinum highest. Clusters whose intervals overlap are a tie, broken by mean orders, then recency,
 * then the rank before, then the cluster's number.
 */
export function nameClusters(clusters: readonly ClusterMembers[], seed: number): NamedCluster[] {
  const ranked = clusters
    .map((cluster, id) => ({ ...cluster, id, revenue: revenueInterval(cluster.revenues, seed + id) }))
    .sort((a, b) => b.revenue.mean - a.revenue.mean || a.id - b.id);
  const groups: (typeof ranked)[] = [];
  for (const cluster of ranked) {
    const last = groups.at(-1)?.at(-1);
    if (last && last.revenue.low <= cluster.revenue.high) groups.at(-1)?.push(cluster);
    else groups.push([cluster]);
  }
  const ordered = groups.flatMap(group =>
    group
      .sort(
        (a, b) =>
          b.meanOrders - a.meanOrders ||
          b.meanLastOrderMs - a.meanLastOrderMs ||
          (a.previousRank ?? TIERS.length) - (b.previousRank ?? TIERS.length) ||
          a.id - b.id,
      )
      .map(cluster => ({ ...cluster, tied: group.length > 1 })),
  );
  const named = new Map(
    ordered.map(({ id, revenue, tied }, rank) => [id, { tier: TIERS[rank] ?? 'BRONZE', revenue, tied }]),
  );
  return clusters.flatMap((_, id) => named.get(id) ?? []);
}
