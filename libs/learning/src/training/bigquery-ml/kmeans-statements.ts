import type { TableRows } from '@laurel/warehouse';

/** The model of clusters in the dataset. */
export const KMEANS_MODEL = 'user_clusters_kmeans';

/** Customers whose cluster by `ML.PREDICT` is compared with Laurel's own. */
const PREDICTED = 10_000;

/** `log(1 + x)` of each feature, 0 where it is NULL or below 0; BigQuery ML standardises them itself. */
function featureRows({ table, where }: TableRows, features: readonly string[], ...more: readonly string[]): string {
  const logs = features.map(name => `LN(1 + GREATEST(COALESCE(${name}, 0), 0)) AS ${name}`);
  return `SELECT ${[...more, ...logs].join(', ')} FROM laurel.${table}${where === undefined ? '' : ` WHERE ${where}`}`;
}

/** Trains the clusters: from k-means++ starts, or `warm`, from the centroids of the model that is there. */
export function trainKmeans(
  rows: TableRows,
  features: readonly string[],
  { k, warm }: { readonly k: number; readonly warm: boolean },
): string {
  return `CREATE OR REPLACE MODEL laurel.${KMEANS_MODEL}
OPTIONS (
  MODEL_TYPE = 'KMEANS',
  NUM_CLUSTERS = ${k},
  ${warm ? 'WARM_START = TRUE' : "KMEANS_INIT_METHOD = 'KMEANS++'"},
  STANDARDIZE_FEATURES = TRUE,
  MAX_ITERATIONS = 50,
  MIN_REL_PROGRESS = 0.0001
)
AS ${featureRows(rows, features)}`;
}

/** The centroids: `centroid_id`, `feature`, `raw_value` in logs, `standard_value` standardised. */
export const KMEANS_CENTROIDS = `SELECT
  raw.centroid_id,
  raw.feature,
  raw.numerical_value AS raw_value,
  standard.numerical_value AS standard_value
FROM ML.CENTROIDS(MODEL laurel.${KMEANS_MODEL}, STRUCT(FALSE AS standardize)) AS raw
JOIN ML.CENTROIDS(MODEL laurel.${KMEANS_MODEL}, STRUCT(TRUE AS standardize)) AS standard
  ON raw.centroid_id = standard.centroid_id AND raw.feature = standard.feature
ORDER BY raw.centroid_id, raw.feature`;

/** How many passes the newest training took: `iterations`. */
export const KMEANS_ITERATIONS = `SELECT COUNT(*) AS iterations
FROM ML.TRAINING_INFO(MODEL laurel.${KMEANS_MODEL})
WHERE training_run = (SELECT MAX(training_run) FROM ML.TRAINING_INFO(MODEL laurel.${KMEANS_MODEL}))`;

/** Where BigQuery puts some customers: `customer_id`, `centroid_id`, `distance` to that centroid. The first column of `rows` is the id. */
export function predictClusters(rows: TableRows, features: readonly string[]): string {
  const customerId = rows.columns[0];
  return `SELECT
  ${customerId} AS customer_id,
  CENTROID_ID AS centroid_id,
  (SELECT MIN(near.DISTANCE) FROM UNNEST(NEAREST_CENTROIDS_DISTANCE) AS near) AS distance
FROM ML.PREDICT(
  MODEL laurel.${KMEANS_MODEL},
  (${featureRows(rows, features, `${customerId}`)} ORDER BY ${customerId} LIMIT ${PREDICTED})
)`;
}
