import type { Warehouse } from '@laurel/warehouse';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { userTimeSplit } from '../../evaluation/user-time-split.js';
import { EmbeddedTrainer } from '../embedded/embedded-trainer.js';
import { productInterests } from '../product-interests.js';
import type { AffinityInput, TrainedAffinity } from '../trainer.js';
import { createSplit, SPLIT_TABLE, splitOrders, trainFinal, trainTrial } from './factor-statements.js';
import { trainKmeans } from './kmeans-statements.js';
import { interestsIn, LINES, orderLines, shopInBigQuery, storedLines } from './testing/shop-in-bigquery.js';

const bigquery = inject('bigquery');
const settings = { factors: 15, regularisation: 30, alpha: 40 };
const lines = orderLines(30);
const interests = interestsIn(lines);

describe.runIf(bigquery)('in the BigQuery emulator', () => {
  let warehouse: Warehouse;

  beforeAll(async () => {
    if (!bigquery) return;
    warehouse = await shopInBigQuery(bigquery, lines, interests);
  });
  afterAll(() => warehouse?.close());

  test('the embedded trainer learns the same model, byte for byte, from the rows that the Storage Read API gives', async () => {
    const train = async (input: AffinityInput): Promise<TrainedAffinity> => {
      const result = await new EmbeddedTrainer().trainAffinity(input, { seed: 1 });
      if (result.kind === 'refused') throw new Error(result.reason);
      return result;
    };
    const stored = { purchases: storedLines(warehouse), interests: productInterests(warehouse, 90) };
    const [there, here] = [await train(stored), await train({ purchases: lines, interests })];
    expect(Object.keys(there.report.validation)).toContainEqual(expect.stringMatching(/-interests$/));
    expect(there.dataFingerprint).toBe(here.dataFingerprint);
    expect(Buffer.from(there.artifact).equals(Buffer.from(here.artifact))).toBe(true);
  });

  test('SQL splits the orders as the evaluation does', async () => {
    const split = userTimeSplit(lines);
    const expected = [split.train, split.validation, split.test].flatMap((part, at) =>
      part.map(({ customer, item, quantity }) => `${customer} ${item} ${at} ${quantity}`),
    );
    const schema = z
      .object({ customer_id: z.string(), product_id: z.string(), part: z.number(), quantity: z.string() })
      .transform(r => `${r.customer_id} ${r.product_id} ${r.part} ${r.quantity}`);
    expect((await warehouse.query(splitOrders(LINES), schema)).sort()).toEqual(expected.sort());
    await warehouse.runJob({ name: 'test', sql: createSplit(LINES) });
    const stored = await warehouse.query(
      `SELECT customer_id, product_id, part, quantity FROM laurel.${SPLIT_TABLE}`,
      schema,
    );
    expect(stored.sort()).toEqual(expected);
  });

  test('CREATE MODEL is taken, and its rows are those that the embedded trainer learns from', async () => {
    const features = ['average_order_value', 'no_of_orders'];
    const buyers = { table: 'user_features', columns: ['user_pseudo_id', ...features], where: 'no_of_orders > 0' };
    const clusters = trainKmeans(buyers, features, { k: 4, warm: false });
    const factors = trainFinal(settings, LINES);
    for (const sql of [
      clusters,
      trainKmeans(buyers, features, { k: 4, warm: true }),
      createSplit(LINES),
      trainTrial(settings),
      factors,
    ])
      await warehouse.runJob({ name: 'create', sql });
    const rowsOf = (sql: string): string => sql.slice(sql.indexOf('\nAS ') + 4);
    const logs = await warehouse.query(
      rowsOf(clusters),
      z.object({ average_order_value: z.number(), no_of_orders: z.number() }),
    );
    const orders = Map.groupBy(lines, line => line.customerId);
    const counts = [...orders.values()].map(own => new Set(own.map(line => line.orderId)).size);
    expect(logs.map(log => Math.round(Math.expm1(log.no_of_orders) * 1e6) / 1e6).sort()).toEqual(counts.sort());
    const ratings = await warehouse.query(
      rowsOf(factors),
      z.object({ customer_id: z.string(), product_id: z.string(), rating: z.number() }),
    );
    const quantity = new Map<string, number>();
    for (const line of lines) {
      const pair = `${line.customerId} ${line.productId}`;
      quantity.set(pair, (quantity.get(pair) ?? 0) + line.quantity);
    }
    expect(ratings).toHaveLength(quantity.size);
    for (const { customer_id, product_id, rating } of ratings)
      expect(rating).toBeCloseTo(Math.log1p(quantity.get(`${customer_id} ${product_id}`) ?? NaN), 9);
  });
});
