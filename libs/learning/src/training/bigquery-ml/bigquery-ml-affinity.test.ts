import { beforeAll, describe, expect, it } from 'vitest';
import { pairsOf } from '../../als/als-pairs.js';
import { fitAls } from '../../als/fit-als.js';
import { deserializeAffinityModel } from '../../affinity/deserialize-affinity-model.js';
import { topItems } from '../../affinity/top-items.js';
import { confidences, type SplitRow } from '../../evaluation/split.js';
import { historyOf } from '../../evaluation/test-customers.js';
import type { ProductInterest } from '../../evaluation/product-interest.js';
import { type OrderLine, userTimeSplit } from '../../evaluation/user-time-split.js';
import type { Interactions } from '../../interactions/interactions.js';
import { Random } from '../../random/random.js';
import { BigQueryMlTrainer } from './bigquery-ml-trainer.js';
import { interestRows } from '../product-interests.js';
import { readAlsModel } from './read-als-model.js';
import { type Answers, answering } from './testing/answering.js';

const source = { table: 'fct_order_lines', columns: ['customer_id', 'order_id'], where: 'quantity > 0' };
const settings = { factors: 6, regularisation: 2, alpha: 3 };
const tuned = { trainer: 'als', parameters: { ...settings, iterations: 6 } };

/** Customers of two tastes with five orders each. */
function shop(): OrderLine[] {
  const random = new Random(2);
  return Array.from({ length: 60 * 5 * 3 }, (_, at) => {
    const customer = at % 60;
    const order = Math.floor(at / 60) % 5;
    const taste = random.next() < 0.95 ? customer % 2 : 1 - (customer % 2);
    return {
      customerId: `c${customer}`,
      orderId: `c${customer}-o${order}`,
      orderedAtMs: order * 1000 + customer,
      productId: `p${taste * 12 + random.nextInt(12)}`,
      quantity: 1 + random.nextInt(3),
    };
  });
}

const lines = shop();
const split = userTimeSplit(lines);
const bought = lines.map((line): SplitRow => ({
  customer: line.customerId,
  item: line.productId,
  quantity: line.quantity,
}));
const everything = confidences(bought);

/** What ML.WEIGHTS answers of a factorisation: the factors of each product in order, in any order of products. */
async function weights(known: Interactions) {
  const { items, stride } = await fitAls(
    pairsOf(known),
    { ...settings, iterations: 8, solver: 'cholesky', steps: 3 },
    { seed: 5 },
  );
  return known.itemIds
    .map((product_id, at) => ({ product_id, factors: [...items.slice(at * stride, at * stride + settings.factors)] }))
    .reverse();
}

/** The figures of the tutorial on implicit feedback in BigQuery's documentation. */
const evaluation = {
  mean_average_precision: 0.4434341257478137,
  mean_squared_error: 0.0013381759837648962,
  normalized_discounted_cumulative_gain: 0.9433280547112802,
  average_rank: 0.24031636088594222,
};

/** What BigQuery ML answers that trained on these. */
async function answersOf(beforeTest: Interactions, all: Interactions): Promise<Answers> {
  const final = await weights(all);
  const model = readAlsModel(final, settings, {});
  const scores = new Float32Array(model.itemIds.length);
  const recommended = all.userIds.slice(0, 10).flatMap((customer_id, user) => {
    model.score(historyOf(all, user), scores);
    return topItems(scores, 20).map(({ item }) => ({ customer_id, product_id: model.itemIds[item]! }));
  });
  return {
    'ML.WEIGHTS(MODEL laurel.product_affinity_trial': await weights(beforeTest),
    'ML.WEIGHTS(MODEL laurel.product_affinity_factors': final,
    'ML.EVALUATE(MODEL laurel.product_affinity_factors': [evaluation],
    'ML.RECOMMEND(MODEL laurel.product_affinity_factors': recommended,
  };
}

let answers: Answers;
beforeAll(async () => {
  answers = await answersOf(confidences(split.train, split.validation), everything);
});

describe('affinities by BigQuery ML', () => {
  it('serve from memory, judged on the same split beside popularity and the live kind', async () => {
    const warehouse = answering(answers);
    const result = await new BigQueryMlTrainer(warehouse).trainAffinity(
      { purchases: lines, source },
      { seed: 1, runId: 'run-2', incumbent: 'bm25-trend', tuned },
    );
    if (result.kind === 'refused') throw new Error(result.reason);
    const { winner, report, artifact, parameters, remote, dataFingerprint } = result;
    expect(winner).toBe('matrix-factorization');
    expect(report.best).toBe(winner);
    expect(Object.keys(report.models)).toEqual(expect.arrayContaining(['popularity', 'bm25-trend', winner]));
    expect(report.models[winner]!.NDCG5).toBeGreaterThan(report.models['popularity']!.NDCG5 * 1.2);
    expect(report.models[winner]!.users).toBe(report.models['popularity']!.users);
    expect(parameters).toEqual(settings);
    expect(dataFingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(remote).toEqual({ model: 'product_affinity_factors', figures: { ...evaluation, recommend_agreement: 1 } });
    const model = deserializeAffinityModel(artifact);
    expect(model.itemIds).toEqual(everything.itemIds);
    const made = warehouse.jobs.map(({ sql }) =>
      /(CREATE OR REPLACE|DROP) (MODEL|TABLE) (IF EXISTS )?laurel\.(\w+)/.exec(sql)?.slice(1, 5).filter(Boolean).at(-1),
    );
    expect(made).toEqual([
      'product_affinity_split',
      'product_affinity_trial',
      'product_affinity_factors',
      'product_affinity_trial',
      'product_affinity_split',
    ]);
    expect(warehouse.jobs[2]?.sql).toMatch(/NUM_FACTORS = 6,\s+L2_REG = 2,\s+WALS_ALPHA = 3\b/);
  });

  it('learn from views and carts too where tuning found that they help, and the test knows them', async () => {
    const interests = ['c1', 'visitor'].flatMap((customerId): ProductInterest[] => [
      { customerId, productId: 'seen only', kind: 'view', atMs: -2 * 86_400_000 },
      { customerId, productId: 'p3', kind: 'cart', atMs: -2 * 86_400_000 },
    ]);
    const looked = interests.map(({ customerId, productId, kind }): SplitRow => ({
      customer: customerId,
      item: productId,
      quantity: kind === 'view' ? 0.25 : 2,
    }));
    const warehouse = answering(
      await answersOf(confidences(split.train, split.validation, looked), confidences(bought, looked)),
    );
    const weights = { viewWeight: 0.25, cartWeight: 2 };
    const result = await new BigQueryMlTrainer(warehouse).trainAffinity(
      { purchases: lines, source, interests, interestSource: interestRows(90) },
      { seed: 1, tuned: { ...tuned, parameters: { ...tuned.parameters, ...weights } } },
    );
    if (result.kind === 'refused') throw new Error(result.reason);
    expect(result.parameters).toEqual({ ...settings, ...weights });
    expect(result.report.models[result.winner]?.users).toBe(result.report.models['popularity']?.users);
    expect(result.remote?.figures['recommend_agreement']).toBe(1);
    expect(deserializeAffinityModel(result.artifact).itemIds).toContain('seen only');
    const reading = warehouse.jobs.filter(({ sql }) => sql.includes('fct_product_interests'));
    expect(reading.map(({ sql }) => /product_affinity_\w+/.exec(sql)?.[0])).toEqual([
      'product_affinity_split',
      'product_affinity_factors',
    ]);
  });

  it("take the documentation's settings where nothing was tuned, and names what BigQuery gives another number of", async () => {
    const warehouse = answering(answers);
    const training = new BigQueryMlTrainer(warehouse).trainAffinity({ purchases: lines, source }, { seed: 1 });
    await expect(training).rejects.toThrow(/BigQuery gave product p\d+ 6 factors instead of 15/);
    expect(warehouse.jobs[1]?.sql).toMatch(/NUM_FACTORS = 15,\s+L2_REG = 30,\s+WALS_ALPHA = 40\b/);
  });

  it('are not trained from data that is too poor, and stop when nobody wants them, leaving what was made to whoever takes the run over', async () => {
    const warehouse = answering(answers);
    const trainer = new BigQueryMlTrainer(warehouse);
    expect(await trainer.trainAffinity({ purchases: lines.slice(0, 50), source }, { seed: 1 })).toMatchObject({
      kind: 'refused',
    });
    expect(warehouse.jobs).toEqual([]);
    const stopping = new AbortController();
    const { signal } = stopping;
    const onProgress = (_: number, stage: string): void => {
      if (stage === 'tuning on validation') stopping.abort(new Error('stopped'));
    };
    const stopped = trainer.trainAffinity({ purchases: lines, source }, { seed: 1, tuned, signal, onProgress });
    await expect(stopped).rejects.toThrow('stopped');
    expect(warehouse.jobs.filter(({ sql }) => sql.startsWith('DROP'))).toEqual([]);
  });
});
