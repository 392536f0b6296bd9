import { beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createSplit,
  DROP_TRIAL,
  FACTORS_MODEL,
  itemFactors,
  RECOMMEND,
  trainFinal,
  trainTrial,
  TRIAL_MODEL,
} from './factor-statements.js';
import {
  KMEANS_CENTROIDS,
  KMEANS_ITERATIONS,
  KMEANS_MODEL,
  predictClusters,
  trainKmeans,
} from './kmeans-statements.js';
import { interestRows } from '../product-interests.js';
import { evaluateModel, exportModel } from './model-statements.js';
import { GoogleSql } from './testing/google-sql.js';

const path = inject('googleSql');
const buyers = { table: 'user_features', columns: ['user_pseudo_id', 'no_of_orders'], where: 'no_of_orders > 0' };
const lines = { table: 'fct_order_lines', columns: ['customer_id', 'order_id', 'placed_at', 'product_id', 'quantity'] };
const interests = { rows: interestRows(90), weights: { view: 0.5, cart: 1 } };
const settings = { factors: 15, regularisation: 30, alpha: 40 };

const statements = Object.entries({
  'CREATE MODEL of clusters': trainKmeans(buyers, ['no_of_orders'], { k: 4, warm: false }),
  'CREATE MODEL of clusters, warm': trainKmeans(buyers, ['no_of_orders'], { k: 4, warm: true }),
  'ML.CENTROIDS': KMEANS_CENTROIDS,
  'ML.TRAINING_INFO': KMEANS_ITERATIONS,
  'ML.PREDICT': predictClusters(buyers, ['no_of_orders']),
  'CREATE TABLE of the split': createSplit(lines),
  'CREATE TABLE of the split with views and carts': createSplit(lines, interests),
  'CREATE MODEL of affinities before the test': trainTrial(settings),
  'CREATE MODEL of affinities': trainFinal(settings, lines),
  'CREATE MODEL of affinities with views and carts': trainFinal(settings, lines, interests),
  'ML.WEIGHTS': itemFactors(TRIAL_MODEL),
  'ML.RECOMMEND': RECOMMEND,
  'ML.EVALUATE': evaluateModel(FACTORS_MODEL),
  'EXPORT MODEL': exportModel(KMEANS_MODEL, 'gs://bucket/clusters'),
  'DROP MODEL': DROP_TRIAL[0] ?? '',
  'DROP TABLE': DROP_TRIAL[1] ?? '',
}).map(([name, sql]) => [name, sql.replaceAll('laurel.', '`shop`.')] as const);

/** Each statement without one of its parts. */
const broken = statements.flatMap(([name, sql]) =>
  ['OPTIONS (', ')', 'SELECT '].flatMap(part => {
    const at = sql.lastIndexOf(part);
    return at < 0 ? [] : [[name, part, sql.slice(0, at) + sql.slice(at + part.length)] as const];
  }),
);

describe.runIf(path)("Google's own parser", () => {
  let parser: GoogleSql;
  beforeAll(async () => {
    if (path) parser = await GoogleSql.load(path);
  });

  test.each(statements)('takes the statement %s', (_name, sql) => {
    expect(parser.problem(sql)).toBeUndefined();
  });

  test.each(broken)('refuses %s without %j', (_name, _part, sql) => {
    expect(parser.problem(sql)).toMatch(/Syntax error/);
  });
});
