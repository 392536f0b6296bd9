import type { Warehouse } from '@laurel/warehouse';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { InterestPacker } from '../../evaluation/product-interest.js';
import { confidences, type SplitRow } from '../../evaluation/split.js';
import { splitInterests } from '../../evaluation/split-interests.js';
import { userTimeSplit } from '../../evaluation/user-time-split.js';
import { EmbeddedTrainer } from '../embedded/embedded-trainer.js';
import { interestRows, productInterests } from '../product-interests.js';
import type { AffinityInput, TrainedAffinity } from '../trainer.js';
import { createSplit, SPLIT_TABLE, splitOrders, trainFinal, trainTrial } from './factor-statements.js';
import { trainKmeans } from './kmeans-statements.js';
import { interestsIn, LINES, orderLines, shopInBigQuery, storedLines } from './testing/shop-in-bigquery.js';

const bigquery = inject('bigquery');
const settings = { factors: 15, regularisation: 30, alpha: 40 };
const lines = orderLines(30);
const interests = interestsIn(lines);
const bought = lines.map(line => ({ customer: line.customerId, item: line.productId, quantity: line.quantity }));

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

  test('SQL weighs views and carts as the embedded trainer does, and knows before the test what the evaluation lets be known', async () => {
    await warehouse.buildModels({ select: ['fct_product_interests'] });
    const packer = new InterestPacker();
    for (const interest of interests) packer.add(interest);
    const { train, validation, times } = userTimeSplit(lines);
    for (const weights of [
      { view: 0.5, cart: 2 },
      { view: 0, cart: 1 },
    ]) {
      const parts = splitInterests(packer.pack(), times);
      expect([...parts.beforeTest(weights)].length).toBeLessThan([...parts.all(weights)].length);
      const weighed = { rows: interestRows(90), weights };
      await warehouse.runJob({ name: 'test', sql: createSplit(LINES, weighed) });
      expect(await ratings(trainTrial(settings))).toEqual(ratingsOf(train, validation, parts.beforeTest(weights)));
      expect(await ratings(trainFinal(settings, LINES, weighed))).toEqual(ratingsOf(bought, parts.all(weights)));
    }
  });

  /** What a statement trains on. */
  async function ratings(sql: string): Promise<string[]> {
    const row = z
      .object({ customer_id: z.string(), product_id: z.string(), rating: z.number() })
      .transform(({ customer_id, product_id, rating }) => `${customer_id} ${product_id} ${rating.toFixed(5)}`);
    return (await warehouse.query(sql.slice(sql.indexOf('\nAS ') + 4), row)).sort();
  }

  function ratingsOf(...parts: Iterable<SplitRow>[]): string[] {
    const { userIds, itemIds, rowStarts, columns, values } = confidences(...parts);
    return userIds
      .flatMap((user, at) =>
        Array.from(columns.subarray(rowStarts[at], rowStarts[at + 1]), (item, place) => {
          const rating = values[(rowStarts[at] ?? 0) + place] ?? NaN;
          return `${user} ${itemIds[item]} ${rating.toFixed(5)}`;
        }),
      )
      .sort();
  }

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
    expect(await ratings(factors)).toEqual(ratingsOf(bought));
  });
});
