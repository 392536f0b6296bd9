import type { TableRows } from '@laurel/warehouse';
import { describe, expect, it } from 'vitest';
import { kmeans } from '../../kmeans/kmeans.js';
import type { ClusterModel } from '../../kmeans/cluster-model.js';
import { Random } from '../../random/random.js';
import type { TrainedClusters } from '../trainer.js';
import { BigQueryMlTrainer } from './bigquery-ml-trainer.js';
import { centroidRow, readClusterModel } from './read-cluster-model.js';
import { type Answers, answering } from './testing/answering.js';

const featureNames = ['orders', 'spending', 'constant'];
const source: TableRows = { table: 'features', columns: ['id', ...featureNames], where: 'orders > 0' };
const options = { k: 3, seed: 1, runId: 'run-1' };

/** Customers in three groups far from each other; the third feature is the same for all. */
function customers(seed: number): { customerId: string; features: number[] }[] {
  const random = new Random(seed);
  return Array.from({ length: 90 }, (_, at) => ({
    customerId: `c${String(at).padStart(2, '0')}`,
    features: [10 ** (1 + (at % 3)) * (1 + 0.1 * random.next()), 5 * 8 ** (at % 3) * (1 + 0.1 * random.next()), 7],
  }));
}

/**
 * What BigQuery ML answers of these customers, in the columns of its reference: one row of ML.CENTROIDS for each feature of each centroid, ids from
 * 1, NEAREST_CENTROIDS_DISTANCE already taken apart by the statement. Google does not say by which standard deviation it standardises: here the
 * sample's, unlike Laurel's own.
 */
function answersOf(rows: ReturnType<typeof customers>): Answers {
  const logs = rows.map(({ features }) => features.map(Math.log1p));
  const scales = featureNames.map((_, f) => {
    const values = logs.map(row => row[f]!);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    return { mean, deviation: deviation < 1e-9 ? 1 : deviation };
  });
  const points = Float64Array.from(
    logs.flatMap(row => row.map((value, f) => (value - scales[f]!.mean) / scales[f]!.deviation)),
  );
  const { centroids, assignments } = kmeans(points, { dimensions: 3, k: 3, seed: 99 });
  const distance = (at: number, cluster: number): number =>
    Math.hypot(...[0, 1, 2].map(f => points[at * 3 + f]! - centroids[cluster * 3 + f]!));
  return {
    'ML.CENTROIDS(MODEL laurel.user_clusters_kmeans': [0, 1, 2].flatMap(cluster =>
      featureNames.map((feature, f) => {
        const standard_value = centroids[cluster * 3 + f]!;
        const raw_value = scales[f]!.mean + scales[f]!.deviation * standard_value;
        return { centroid_id: cluster + 1, feature, raw_value, standard_value };
      }),
    ),
    'ML.TRAINING_INFO(MODEL laurel.user_clusters_kmeans': [{ iterations: 4 }],
    'ML.PREDICT(MODEL laurel.user_clusters_kmeans': rows.map(({ customerId }, at) => ({
      customer_id: customerId,
      centroid_id: assignments[at]! + 1,
      distance: distance(at, assignments[at]!),
    })),
    'ML.EVALUATE(MODEL laurel.user_clusters_kmeans': [{ davies_bouldin_index: 0.7, mean_squared_distance: 0.3 }],
  };
}

function modelOf(answers: Answers): ClusterModel {
  const rows = answers['ML.CENTROIDS(MODEL laurel.user_clusters_kmeans'] ?? [];
  return readClusterModel(
    rows.map(row => centroidRow.parse(row)),
    featureNames,
  );
}

async function train(rows: ReturnType<typeof customers>, answers: Answers, previous?: ClusterModel) {
  const warehouse = answering(answers);
  const result = await new BigQueryMlTrainer(warehouse).trainClusters(
    { featureNames, rows, source },
    { ...options, ...(previous && { previous }) },
  );
  return { result, jobs: warehouse.jobs };
}

function trained(result: Awaited<ReturnType<typeof train>>['result']): TrainedClusters {
  if (result.kind === 'refused') throw new Error(result.reason);
  return result;
}

describe('clusters by BigQuery ML', () => {
  it('are read back so that Laurel places every customer as BigQuery does', async () => {
    const rows = customers(1);
    const { result, jobs } = await train(rows, answersOf(rows));
    const { model, assignments, customerIds, metrics, remote } = trained(result);
    const groups = customerIds.map(id => rows.findIndex(({ customerId }) => customerId === id) % 3);
    expect(new Set(groups.map((group, at) => `${group}:${assignments[at]}`)).size).toBe(3);
    expect(model.predict(rows[4]!.features).cluster).toBe(assignments[customerIds.indexOf('c04')]);
    expect(remote?.model).toBe('user_clusters_kmeans');
    expect(remote?.figures).toMatchObject({
      davies_bouldin_index: 0.7,
      mean_squared_distance: 0.3,
      predict_agreement: 1,
    });
    expect(remote?.figures['predict_distance_difference']).toBeLessThan(1e-9);
    expect(metrics).toMatchObject({ sizes: [30, 30, 30], iterations: 4 });
    expect(metrics.daviesBouldin).toBeLessThan(0.5);
    expect(jobs).toMatchObject([
      {
        name: expect.stringMatching(/^run-1-[0-9a-f]{8}$/) as string,
        sql: expect.stringContaining("KMEANS_INIT_METHOD = 'KMEANS++'") as string,
      },
    ]);
  });

  it('start warm where the model in BigQuery is the live one', async () => {
    const answers = answersOf(customers(1));
    const { result, jobs } = await train(customers(1), answers, modelOf(answers));
    expect(jobs[0]?.sql).toContain('WARM_START = TRUE');
    expect(trained(result).metrics).toMatchObject({ adjustedRandIndex: 1, matching: [0, 1, 2] });
  });

  it('start cold where it is another, and take the places of the live clusters', async () => {
    const live = modelOf(answersOf(customers(2)));
    const { result, jobs } = await train(customers(1), answersOf(customers(1)), live);
    expect(jobs[0]?.sql).toContain('KMEANS++');
    expect(trained(result).metrics.matching).toEqual([0, 1, 2]);
  });

  it('start cold where there is no model yet', async () => {
    const rows = customers(1);
    const live = modelOf(answersOf(rows));
    const warehouse = answering({});
    const training = new BigQueryMlTrainer(warehouse).trainClusters(
      { featureNames, rows, source },
      { ...options, previous: live },
    );
    await expect(training).rejects.toThrow('Not found');
    expect(warehouse.jobs).toMatchObject([{ sql: expect.stringContaining('KMEANS++') as string }]);
  });

  it('fail where Laurel would place customers elsewhere than BigQuery', async () => {
    const answers = answersOf(customers(1));
    const predict = 'ML.PREDICT(MODEL laurel.user_clusters_kmeans';
    const elsewhere = (answers[predict] ?? []).map(row => ({ ...row, centroid_id: 1 }));
    await expect(train(customers(1), { ...answers, [predict]: elsewhere })).rejects.toThrow(
      'Laurel puts only 33.3 % of customers where ML.PREDICT does',
    );
  });

  it('are refused where the data is too poor, before anything is asked of BigQuery', async () => {
    const { result, jobs } = await train(customers(1).slice(0, 20), {});
    expect(result).toEqual({
      kind: 'refused',
      reason: 'Data is too poor to learn from: 20 customers, at least 30 are needed for 3 clusters.',
    });
    expect(jobs).toEqual([]);
  });

  it('need a table to train on', async () => {
    const none = new BigQueryMlTrainer(answering({})).trainClusters({ featureNames, rows: customers(1) }, options);
    await expect(none).rejects.toThrow('the input names none');
  });
});
