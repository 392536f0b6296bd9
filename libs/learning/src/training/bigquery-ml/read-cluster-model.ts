import { z } from 'zod';
import { ClusterModel } from '../../kmeans/cluster-model.js';
import { Standardiser } from '../../standardise/standardiser.js';

/** A row of the statement {@link KMEANS_CENTROIDS}. */
export const centroidRow = z.object({
  centroid_id: z.number(),
  feature: z.string(),
  raw_value: z.number(),
  standard_value: z.number(),
});

/**
 * The clusters as Laurel serves them, in the order of their ids. What BigQuery standardised by lies between each centroid's value as it is and
 * standardised, a line through the centroids; where a feature is the same in all of them, its scale moves all distances alike and is taken as 1.
 * @throws RangeError when a centroid lacks a feature.
 */
export function readClusterModel(
  rows: readonly z.infer<typeof centroidRow>[],
  featureNames: readonly string[],
): ClusterModel {
  const ids = [...new Set(rows.map(row => row.centroid_id))].sort((a, b) => a - b);
  const cells = new Map(rows.map(row => [`${row.centroid_id} ${row.feature}`, row]));
  const columns = featureNames.map(feature =>
    ids.map(id => {
      const cell = cells.get(`${id} ${feature}`);
      if (cell) return cell;
      throw new RangeError(`BigQuery's centroid ${id} has no feature ${feature}.`);
    }),
  );
  if (ids.length === 0) throw new RangeError("BigQuery's model has no centroids.");
  const lines = columns.map(column => {
    const raw = meanOf(column.map(cell => cell.raw_value));
    const standard = meanOf(column.map(cell => cell.standard_value));
    let covariance = 0;
    let variance = 0;
    for (const cell of column) {
      covariance += (cell.standard_value - standard) * (cell.raw_value - raw);
      variance += (cell.standard_value - standard) ** 2;
    }
    const deviation = covariance > 0 && variance > 1e-12 ? covariance / variance : 1;
    return { mean: raw - deviation * standard, deviation };
  });
  const centroids = Float64Array.from(ids.flatMap((_, at) => columns.map(column => column[at]!.standard_value)));
  const means = lines.map(line => line.mean);
  const deviations = lines.map(line => line.deviation);
  return new ClusterModel(featureNames, new Standardiser({ means, deviations, scale: 'log' }), centroids);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
