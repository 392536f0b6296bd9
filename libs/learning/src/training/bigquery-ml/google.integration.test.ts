import { randomBytes } from 'node:crypto';
import type { Warehouse } from '@laurel/warehouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deserializeAffinityModel } from '../../affinity/deserialize-affinity-model.js';
import type { FeatureRow, TrainedClusters } from '../trainer.js';
import { BigQueryMlTrainer } from './bigquery-ml-trainer.js';
import { KMEANS_MODEL } from './kmeans-statements.js';
import { LINES, orderLines, shopInBigQuery, storedLines } from './testing/shop-in-bigquery.js';

/** A Google Cloud project to train in, by the machine's credentials; see docs/bigquery.md. */
const project = process.env['LAUREL_TEST_GOOGLE_PROJECT'];
/** Set where queries of the project run in a reservation of the Enterprise edition, which matrix factorisation needs. */
const reservation = process.env['LAUREL_TEST_GOOGLE_RESERVATION'];
/** A bucket in the dataset's location. */
const bucket = process.env['LAUREL_TEST_GOOGLE_BUCKET'];

const featureNames = ['average_order_value', 'no_of_orders'];
const source = { table: 'user_features', columns: ['user_pseudo_id', ...featureNames], where: 'no_of_orders > 0' };
const buyer = z
  .object({ user_pseudo_id: z.string(), average_order_value: z.number(), no_of_orders: z.number() })
  .transform((row): FeatureRow => ({
    customerId: row.user_pseudo_id,
    features: [row.average_order_value, row.no_of_orders],
  }));

describe.runIf(project)("Google's own BigQuery ML", { timeout: 3_600_000 }, () => {
  const dataset = `test_${randomBytes(6).toString('hex')}`;
  const lines = orderLines(240);
  let warehouse: Warehouse;
  let trainer: BigQueryMlTrainer;

  beforeAll(async () => {
    warehouse = await shopInBigQuery({ project: project ?? '' }, lines, [], dataset);
    trainer = new BigQueryMlTrainer(warehouse);
  });
  afterAll(async () => {
    await warehouse?.runJob({ name: 'remove', sql: `DROP SCHEMA IF EXISTS \`${dataset}\` CASCADE` });
    await warehouse?.close();
  });

  async function cluster(previous?: TrainedClusters): Promise<TrainedClusters> {
    const rows: FeatureRow[] = [];
    for await (const batch of warehouse.readTable(source, buyer)) rows.push(...batch);
    const options = { k: 4, seed: 1, ...(previous && { previous: previous.model }) };
    const result = await trainer.trainClusters({ featureNames, rows, source }, options);
    if (result.kind === 'refused') throw new Error(result.reason);
    return result;
  }

  test('clusters are placed by Laurel as by ML.PREDICT, and keep their order on a warm start', async () => {
    const first = await cluster();
    expect(first.remote?.figures).toHaveProperty('davies_bouldin_index');
    expect(first.remote?.figures['predict_agreement']).toBe(1);
    expect(first.remote?.figures['predict_distance_difference']).toBeLessThan(1e-6);
    const again = await cluster(first);
    expect(again.metrics.adjustedRandIndex).toBeGreaterThan(0.9);
  });

  test.runIf(reservation)('affinities are recommended by Laurel as by ML.RECOMMEND', async () => {
    const result = await trainer.trainAffinity({ purchases: storedLines(warehouse), source: LINES }, { seed: 1 });
    if (result.kind === 'refused') throw new Error(result.reason);
    expect(result.remote?.figures['recommend_agreement']).toBeGreaterThan(0.9);
    expect(deserializeAffinityModel(result.artifact).itemIds).toHaveLength(new Set(lines.map(l => l.productId)).size);
  });

  test.runIf(bucket)('a model is written to Cloud Storage', async () => {
    await cluster();
    await trainer.exportModel(KMEANS_MODEL, `gs://${bucket}/${dataset}`, {});
  });
});
