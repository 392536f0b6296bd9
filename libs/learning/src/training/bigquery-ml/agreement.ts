import { z } from 'zod';
import type { AlsModel } from '../../affinity/als-model.js';
import { topItems } from '../../affinity/top-items.js';
import type { SplitRow } from '../../evaluation/split.js';
import type { ClusterModel } from '../../kmeans/cluster-model.js';
import { RECOMMENDED_ITEMS } from './factor-statements.js';

/** A row of the statement {@link predictClusters}. */
export const predictionRow = z.object({ customer_id: z.string(), centroid_id: z.number(), distance: z.number() });

/** A row of the statement {@link RECOMMEND}. */
export const recommendationRow = z.object({ customer_id: z.string(), product_id: z.string() });

/**
 * How far Laurel places customers where BigQuery does: the share with the same cluster, and the mean difference of their distances to it.
 * @param found the clusters in the order of BigQuery's ids, which begin at 1
 * @param features of each customer, as they are
 */
export function predictionAgreement(
  predicted: readonly z.infer<typeof predictionRow>[],
  found: ClusterModel,
  features: ReadonlyMap<string, Float64Array>,
): Record<string, number> {
  let same = 0;
  let difference = 0;
  let count = 0;
  for (const { customer_id, centroid_id, distance } of predicted) {
    const own = features.get(customer_id);
    if (!own) continue;
    const { cluster, distances } = found.predict([...own]);
    count += 1;
    same += cluster === centroid_id - 1 ? 1 : 0;
    difference += Math.abs(distance - distances[cluster]!);
  }
  return count === 0 ? {} : { predict_agreement: same / count, predict_distance_difference: difference / count };
}

/**
 * The share of BigQuery's recommendations that Laurel gives the same customers from their history, bought products among both.
 * @param known what the model was trained on.
 */
export function recommendationAgreement(
  recommended: readonly z.infer<typeof recommendationRow>[],
  model: AlsModel,
  known: Iterable<SplitRow>,
): Record<string, number> {
  const lists = new Map<string, Set<string>>();
  for (const { customer_id, product_id } of recommended) {
    lists.set(customer_id, (lists.get(customer_id) ?? new Set()).add(product_id));
  }
  const items = new Map(model.itemIds.map((id, at) => [id, at]));
  const histories = new Map<string, Map<number, number>>();
  for (const { customer, item: id, quantity } of known) {
    const item = items.get(id);
    if (!lists.has(customer) || item === undefined) continue;
    const quantities = histories.get(customer) ?? new Map<number, number>();
    histories.set(customer, quantities.set(item, (quantities.get(item) ?? 0) + quantity));
  }
  const scores = new Float32Array(model.itemIds.length);
  let same = 0;
  let count = 0;
  for (const [customer, quantities] of histories) {
    const theirs = lists.get(customer) ?? new Set();
    model.score(
      [...quantities].map(([item, quantity]) => ({ item, weight: Math.log1p(quantity) })),
      scores,
    );
    const ours = topItems(scores, RECOMMENDED_ITEMS).map(({ item }) => model.itemIds[item]!);
    same += ours.filter(id => theirs.has(id)).length;
    count += theirs.size;
  }
  return count === 0 ? {} : { recommend_agreement: same / count };
}
